package dev.mobula.retrieval.store;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.rocksdb.ColumnFamilyHandle;

/// Takes what forgotten users did out of the change stream: each such entry keeps its position and becomes
/// [UserWrite.Erased].
///
/// What stays is the entry that says the user was forgotten, and the blocks taken back with it, for those who derive
/// something from the stream; they go when the stream is trimmed.
final class StreamErasure {
    static final String FAMILY = "erasures";

    private static final int ROWS_AT_ONCE = 1_000;
    private static final byte[] ERASED = UserCodec.encode(new UserWrite.Erased());

    private final Engine engine;
    private final ColumnFamilyHandle pending;
    private final ColumnFamilyHandle log;

    StreamErasure(Engine engine) {
        this.engine = engine;
        this.pending = engine.family(FAMILY);
        this.log = engine.log();
    }

    /// Notes that entries of the user up to this position are to go.
    void note(Transaction transaction, long user, long position) {
        transaction.put(pending, Keys.of(user), Keys.of(position));
    }

    /// Carries out what was noted.
    void run() {
        Map<Long, Long> users = new HashMap<>();
        engine.visit(
                pending,
                new byte[0],
                (user, upTo) -> {
                    users.put(Keys.idAt(user, 0), Keys.idAt(upTo, 0));
                    return true;
                });
        if (users.isEmpty()) {
            return;
        }
        List<Long> positions = new ArrayList<>();
        engine.scan(
                log,
                new byte[0],
                Keys.of(engine.oldestPosition() + 1),
                (key, record) -> {
                    long position = Keys.idAt(key, 0);
                    Long upTo = users.get(userOf(record));
                    if (upTo != null && position <= upTo && isErasable(record)) {
                        positions.add(position);
                    }
                    return position < engine.newestPosition();
                });
        for (int from = 0; from < positions.size(); from += ROWS_AT_ONCE) {
            int to = Math.min(positions.size(), from + ROWS_AT_ONCE);
            List<Long> some = positions.subList(from, to);
            Engine.await(engine.submit(transaction -> erase(transaction, some), 16L * some.size()));
        }
        Engine.await(engine.submit(transaction -> done(transaction, users), 16L * users.size()));
    }

    private void erase(Transaction transaction, List<Long> positions) {
        for (long position : positions) {
            if (position > engine.oldestPosition()) {
                transaction.put(log, Keys.of(position), ERASED);
            }
        }
    }

    private void done(Transaction transaction, Map<Long, Long> users) {
        users.forEach(
                (user, upTo) -> {
                    byte[] noted = transaction.get(pending, Keys.of(user));
                    if (noted != null && Keys.idAt(noted, 0) == upTo) {
                        transaction.delete(pending, Keys.of(user));
                    }
                });
    }

    /// Every record has its version, its type and then its user.
    private static long userOf(byte[] record) {
        return ByteBuffer.wrap(record).order(ByteOrder.LITTLE_ENDIAN).getLong(2);
    }

    private static boolean isErasable(byte[] record) {
        return UserCodec.isErasable(record[1]);
    }
}
