package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.rocksdb.ColumnFamilyHandle;

/// What was served to a user in each cursor session: one row a user, of which every write drops what has expired.
final class SessionRows {
    static final String FAMILY = "sessions";

    private static final int VERSION = 1;
    private static final int NAME_BYTES_MAX = 64;

    private final Engine engine;
    private final UserLimits limits;
    private final ColumnFamilyHandle sessions;

    private record Session(String name, long expiresMillis, long[] items) {}

    SessionRows(Engine engine, UserLimits limits) {
        this.engine = engine;
        this.limits = limits;
        this.sessions = engine.family(FAMILY);
    }

    void checkName(String session) {
        if (session.isEmpty()) {
            throw invalid("session", "\"\"", "must not be empty");
        }
        ItemCodec.text("session", session, NAME_BYTES_MAX);
    }

    /// Adds what a page showed and keeps the session for another while.
    void serve(Transaction transaction, long user, String name, long[] items, long nowMillis) {
        byte[] key = Keys.of(user);
        List<Session> kept = new ArrayList<>();
        long[] served = {};
        for (Session session : decode(transaction.get(sessions, key), user)) {
            if (session.expiresMillis() > nowMillis) {
                if (session.name().equals(name)) {
                    served = session.items();
                } else {
                    kept.add(session);
                }
            }
        }
        long[] all =
                LongStream.concat(LongStream.of(served), LongStream.of(items)).distinct().toArray();
        if (all.length > limits.sessionItemsMax()) {
            throw invalid(
                    "session",
                    name,
                    "has served " + served.length + " items, limit " + limits.sessionItemsMax());
        }
        while (kept.size() >= limits.sessionsPerUserMax()) {
            kept.removeFirst();
        }
        kept.add(new Session(name, nowMillis + limits.sessionMillis(), all));
        transaction.put(sessions, key, encode(kept));
    }

    /// What a session has served, ascending; nothing when it has expired.
    long[] served(long user, String name, long nowMillis) {
        for (Session session : decode(engine.get(sessions, Keys.of(user)), user)) {
            if (session.name().equals(name) && session.expiresMillis() > nowMillis) {
                long[] items = session.items();
                Arrays.sort(items);
                return items;
            }
        }
        return new long[0];
    }

    void forget(Transaction transaction, long user) {
        transaction.delete(sessions, Keys.of(user));
    }

    /// Removes the rows of users whose sessions have all expired.
    void retain(long nowMillis) {
        List<byte[]> expired = new ArrayList<>();
        engine.visit(
                sessions,
                new byte[0],
                (key, row) -> {
                    if (hasExpired(decode(row, Keys.idAt(key, 0)), nowMillis)) {
                        expired.add(key);
                    }
                    return true;
                });
        for (byte[] key : expired) {
            Engine.await(
                    engine.submit(
                            transaction -> {
                                byte[] row = transaction.get(sessions, key);
                                if (hasExpired(decode(row, Keys.idAt(key, 0)), nowMillis)) {
                                    transaction.delete(sessions, key);
                                }
                            },
                            Long.BYTES));
        }
    }

    private static boolean hasExpired(List<Session> all, long nowMillis) {
        return all.stream().allMatch(session -> session.expiresMillis() <= nowMillis);
    }

    private static byte[] encode(List<Session> all) {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeCount(all.size());
        for (Session session : all) {
            out.writeText(session.name());
            out.writeSigned(session.expiresMillis());
            out.writeCount(session.items().length);
            for (long item : session.items()) {
                out.writeFixed(item);
            }
        }
        return out.finish();
    }

    private static List<Session> decode(byte @Nullable [] record, long user) {
        List<Session> all = new ArrayList<>();
        if (record == null) {
            return all;
        }
        RecordReader in = new RecordReader(record, VERSION, "sessions of user " + user);
        for (int left = in.readLength(3); left > 0; left--) {
            String name = in.readText();
            long expires = in.readSigned();
            long[] items = new long[in.readLength(Long.BYTES)];
            for (int i = 0; i < items.length; i++) {
                items[i] = in.readFixed();
            }
            all.add(new Session(name, expires, items));
        }
        in.finish();
        return all;
    }
}
