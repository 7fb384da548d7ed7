package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.rocksdb.ColumnFamilyHandle;

/// The users of one shard, on disk: whom they follow, block and mute, what they hid, and their counters.
///
/// A write is acknowledged when it is synced to disk; many waiting writers share a sync. Reads see every acknowledged
/// write. All methods may be called from any thread.
public final class UserStore implements AutoCloseable {
    /// Looks at one edge of a scan; false ends it.
    @FunctionalInterface
    public interface EdgeVisitor {
        boolean visit(long user, long target, long sinceMillis);
    }

    private static final int COUNTERS = 0;
    private static final byte[] EVERYTHING = {};

    private final Engine engine;
    private final ColumnFamilyHandle edges;
    private final ColumnFamilyHandle counters;
    private final ColumnFamilyHandle sizes;
    private final UserCodec codec;
    private final StoreLimits limits;

    private UserStore(StoreOptions options) {
        this.engine =
                Engine.open(
                        options,
                        "users",
                        List.of(
                                new RocksFiles.Family("edges", false),
                                new RocksFiles.Family("counters", true),
                                new RocksFiles.Family("sizes", false)));
        this.edges = engine.family("edges");
        this.counters = engine.family("counters");
        this.sizes = engine.family("sizes");
        this.limits = options.limits();
        this.codec = new UserCodec(limits);
    }

    /// Opens the store in the options' directory, and creates it when there is none.
    public static UserStore open(StoreOptions options) {
        return new UserStore(options);
    }

    /// Draws an edge and returns its position once it is on disk.
    public long connect(long user, EdgeKind kind, long target, long sinceMillis) {
        return apply(List.of(new UserWrite.Connect(user, kind, target, sinceMillis)));
    }

    /// Takes an edge back and returns the position once that is on disk.
    public long disconnect(long user, EdgeKind kind, long target) {
        return apply(List.of(new UserWrite.Disconnect(user, kind, target)));
    }

    /// Adds to a counter and returns the position once that is on disk.
    public long count(long user, String counter, long delta) {
        return apply(List.of(new UserWrite.Count(user, counter, delta)));
    }

    /// Removes everything kept of a user and returns the position once that is on disk.
    public long forget(long user) {
        return apply(List.of(new UserWrite.Forget(user)));
    }

    /// Stores all of these writes or none, and returns the position of the last once they are on disk.
    public long apply(List<UserWrite> writes) {
        return Engine.await(submit(writes));
    }

    /// As [#apply] without waiting. Input outside the limits is refused here; a user who is full fails the future.
    public CompletableFuture<Long> submit(List<UserWrite> writes) {
        if (writes.isEmpty() || writes.size() > limits.writesPerBatchMax()) {
            throw invalid("writes", writes.size(), "must be 1.." + limits.writesPerBatchMax());
        }
        List<UserWrite> checked = List.copyOf(writes);
        checked.forEach(codec::check);
        return engine.submit(
                transaction -> checked.forEach(write -> change(transaction, write)),
                96L * checked.size());
    }

    private void change(Transaction transaction, UserWrite write) {
        switch (write) {
            case UserWrite.Connect(long user, EdgeKind kind, long target, long since) -> {
                byte[] key = Keys.of(user, kind.code(), target);
                if (transaction.get(edges, key) == null) {
                    grow(transaction, user, kind.code(), limits.edgesPerUserAndKindMax());
                }
                transaction.put(edges, key, UserCodec.encodeEdge(since));
            }
            case UserWrite.Disconnect(long user, EdgeKind kind, long target) -> {
                byte[] key = Keys.of(user, kind.code(), target);
                if (transaction.get(edges, key) != null) {
                    transaction.delete(edges, key);
                    shrink(transaction, user, kind.code());
                }
            }
            case UserWrite.Count(long user, String counter, long delta) -> {
                byte[] key = Keys.of(user, counter.getBytes(StandardCharsets.UTF_8));
                if (transaction.get(counters, key) == null) {
                    grow(transaction, user, COUNTERS, limits.countersPerUserMax());
                }
                transaction.merge(counters, key, Engine.counter(delta));
            }
            case UserWrite.Forget(long user) -> {
                transaction.deleteAll(edges, Keys.of(user));
                transaction.deleteAll(counters, Keys.of(user));
                transaction.deleteAll(sizes, Keys.of(user));
            }
        }
        transaction.append(UserCodec.encodeChange(write));
    }

    private void grow(Transaction transaction, long user, int kind, int max) {
        long size = size(transaction, user, kind);
        if (size >= max) {
            String what = kind == COUNTERS ? "counters" : "edges of kind " + kind;
            throw invalid("user", user, "has " + size + " " + what + ", limit " + max);
        }
        transaction.put(sizes, Keys.of(user, kind), Engine.counter(size + 1));
    }

    private void shrink(Transaction transaction, long user, int kind) {
        long size = size(transaction, user, kind);
        transaction.put(sizes, Keys.of(user, kind), Engine.counter(size - 1));
    }

    private long size(Transaction transaction, long user, int kind) {
        byte[] stored = transaction.get(sizes, Keys.of(user, kind));
        return stored == null ? 0 : Engine.counter(stored);
    }

    /// Whether the user has this edge.
    public boolean has(long user, EdgeKind kind, long target) {
        return engine.get(edges, Keys.of(user, kind.code(), target)) != null;
    }

    /// The user's edges of one kind, in the order of their targets.
    public List<Edge> edges(long user, EdgeKind kind) {
        List<Edge> found = new ArrayList<>();
        engine.scan(
                edges,
                Keys.of(user, kind.code()),
                (key, record) ->
                        found.add(
                                new Edge(
                                        kind,
                                        Keys.idAt(key, Long.BYTES + 1),
                                        UserCodec.decodeEdge(user, record))));
        return found;
    }

    /// Where the user's edges of one kind end, ascending.
    public long[] targets(long user, EdgeKind kind) {
        Targets found = new Targets();
        engine.scan(
                edges,
                Keys.of(user, kind.code()),
                (key, record) -> found.add(Keys.idAt(key, Long.BYTES + 1)));
        return Arrays.copyOf(found.ids, found.size);
    }

    /// Ids as they are read, without boxing.
    private static final class Targets {
        private long[] ids = new long[16];
        private int size;

        boolean add(long id) {
            if (size == ids.length) {
                ids = Arrays.copyOf(ids, 2 * size);
            }
            ids[size++] = id;
            return true;
        }
    }

    /// The value of a counter, 0 when nothing was ever added.
    public long counter(long user, String counter) {
        byte[] stored =
                engine.get(counters, Keys.of(user, counter.getBytes(StandardCharsets.UTF_8)));
        return stored == null ? 0 : Engine.counter(stored);
    }

    /// All counters of a user by name.
    public Map<String, Long> counters(long user) {
        Map<String, Long> found = new TreeMap<>();
        engine.scan(
                counters,
                Keys.of(user),
                (key, stored) -> {
                    String name =
                            new String(
                                    key,
                                    Long.BYTES,
                                    key.length - Long.BYTES,
                                    StandardCharsets.UTF_8);
                    found.put(name, Engine.counter(stored));
                    return true;
                });
        return found;
    }

    /// Shows every edge of one kind, in the order of users and as of one moment, until the visitor answers false.
    /// Returns the position of that moment: following the stream from there misses nothing.
    public long scan(EdgeKind kind, EdgeVisitor visitor) {
        return engine.scan(
                edges,
                EVERYTHING,
                (key, record) -> {
                    long user = Keys.idAt(key, 0);
                    return key[Long.BYTES] != kind.code()
                            || visitor.visit(
                                    user,
                                    Keys.idAt(key, Long.BYTES + 1),
                                    UserCodec.decodeEdge(user, record));
                });
    }

    /// Edges of one kind from this one on, in the order of users and targets, at most `max`. Pages that follow each other
    /// may show different moments.
    public List<UserWrite.Connect> page(EdgeKind kind, long fromUser, long fromTarget, int max) {
        List<UserWrite.Connect> page = new ArrayList<>();
        engine.scan(
                edges,
                EVERYTHING,
                Keys.of(fromUser, kind.code(), fromTarget),
                (key, record) -> {
                    long user = Keys.idAt(key, 0);
                    if (key[Long.BYTES] == kind.code()) {
                        long since = UserCodec.decodeEdge(user, record);
                        long target = Keys.idAt(key, Long.BYTES + 1);
                        page.add(new UserWrite.Connect(user, kind, target, since));
                    }
                    return page.size() < max;
                });
        return page;
    }

    /// What was written after this position, at most `max` entries; position 0 is before the first write.
    public Changes<UserChange> changesSince(long position, int max) {
        return engine.changesSince(position, max, UserCodec::decodeChange);
    }

    /// The position of the newest acknowledged write, 0 when there was none.
    public long newestPosition() {
        return engine.newestPosition();
    }

    /// Commits what was accepted and closes; later calls answer `CLOSED`.
    @Override
    public void close() {
        engine.close();
    }
}
