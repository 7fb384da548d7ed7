package dev.mobula.actors.safety.rules;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import dev.mobula.retrieval.store.RowStore;
import dev.mobula.retrieval.store.StoreOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/*
 * What is due, how far the streams were read, which posts were seen and how far the breakers are is one write for each
 * batch of events: after a crash nothing that was read is without its actions, and nothing is read again.
 */
/// What the live rules remember.
final class RuleRows implements AutoCloseable {
    static final JsonMapper JSON = new JsonMapper();

    /// The hash of the words of an item that is not there.
    static final long GONE = Long.MIN_VALUE;

    private static final String META = "meta";
    private static final String SEEN = "seen";
    private static final String DUE = "due";
    private static final String DONE = "done";
    private static final String NEXT = "next";
    private static final int ROW_BYTES = 256;
    private static final int SWEEP_ROWS = 4_096;
    private static final byte[] END = {(byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};

    private final RowStore store;
    private byte[] swept = new byte[0];

    RuleRows(Path folder, Runnable confirm) {
        store =
                RowStore.open(
                        StoreOptions.at(folder), "rules", List.of(META, SEEN, DUE, DONE), confirm);
    }

    /// What one batch of events leaves behind.
    ///
    /// @param meta values by name
    /// @param seen items by id, with the hash of their words; [#GONE] for one that is gone
    /// @param done what need not be done again before a time, by name
    record Batch(
            Map<String, Object> meta,
            Map<Long, Long> seen,
            List<RuleAction> due,
            Map<String, Long> done) {}

    /// An action and the place it is kept at.
    record Kept(long place, RuleAction action) {}

    void write(Batch batch) {
        long bytes =
                (long) ROW_BYTES
                        * (1 + batch.meta().size() + batch.seen().size() + 4L * batch.due().size());
        store.submit(
                        rows -> {
                            batch.meta()
                                    .forEach(
                                            (name, value) ->
                                                    rows.put(META, key(name), json(value)));
                            batch.seen().forEach((id, hash) -> see(rows, id, hash));
                            batch.done()
                                    .forEach(
                                            (name, until) -> rows.put(DONE, key(name), key(until)));
                            byte[] next = rows.get(META, key(NEXT));
                            long place = next == null ? 0 : ByteBuffer.wrap(next).getLong();
                            for (RuleAction action : batch.due()) {
                                rows.put(DUE, key(place++), json(action));
                            }
                            rows.put(META, key(NEXT), key(place));
                            return true;
                        },
                        bytes)
                .join();
    }

    private static void see(RowStore.RowBatch rows, long id, long hash) {
        if (hash == GONE) {
            rows.delete(SEEN, key(id));
        } else {
            rows.put(SEEN, key(id), key(hash));
        }
    }

    <T> Optional<T> meta(String name, Class<T> form) {
        byte[] stored = store.get(META, key(name));
        return stored == null ? Optional.empty() : Optional.of(read(stored, form));
    }

    <T> Optional<T> meta(String name, TypeReference<T> form) {
        byte[] stored = store.get(META, key(name));
        try {
            return stored == null ? Optional.empty() : Optional.of(JSON.readValue(stored, form));
        } catch (IOException damaged) {
            throw damaged(damaged);
        }
    }

    Optional<Long> seen(long id) {
        byte[] stored = store.get(SEEN, key(id));
        return stored == null ? Optional.empty() : Optional.of(ByteBuffer.wrap(stored).getLong());
    }

    /// Whether something was done and still holds.
    boolean isDone(String name, long nowMillis) {
        byte[] stored = store.get(DONE, key(name));
        return stored != null && ByteBuffer.wrap(stored).getLong() > nowMillis;
    }

    List<Kept> due(int max) {
        return store.submit(
                        rows -> {
                            List<Kept> found = new ArrayList<>();
                            rows.scan(
                                    DUE,
                                    key(0),
                                    key(Long.MAX_VALUE),
                                    (key, value) -> {
                                        long place = ByteBuffer.wrap(key).getLong();
                                        found.add(new Kept(place, read(value, RuleAction.class)));
                                        return found.size() < max;
                                    });
                            return found;
                        },
                        ROW_BYTES)
                .join();
    }

    void remove(List<Long> places) {
        store.submit(
                        rows -> {
                            places.forEach(place -> rows.delete(DUE, key(place)));
                            return true;
                        },
                        (long) ROW_BYTES * places.size())
                .join();
    }

    /// Forgets a page of what need not be remembered any more.
    void sweep(long nowMillis) {
        swept =
                store.submit(
                                rows -> {
                                    List<byte[]> gone = new ArrayList<>();
                                    byte[][] last = {new byte[0]};
                                    int[] count = {0};
                                    rows.scan(
                                            DONE,
                                            swept,
                                            END,
                                            (key, value) -> {
                                                if (ByteBuffer.wrap(value).getLong() <= nowMillis) {
                                                    gone.add(key.clone());
                                                }
                                                last[0] = key.clone();
                                                return ++count[0] < SWEEP_ROWS;
                                            });
                                    gone.forEach(key -> rows.delete(DONE, key));
                                    return count[0] < SWEEP_ROWS ? new byte[0] : last[0];
                                },
                                (long) ROW_BYTES * SWEEP_ROWS)
                        .join();
    }

    private static byte[] key(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static byte[] key(String name) {
        return name.getBytes(StandardCharsets.UTF_8);
    }

    static byte[] json(Object value) {
        try {
            return JSON.writeValueAsBytes(value);
        } catch (JsonProcessingException cause) {
            throw new IllegalArgumentException("has no JSON form: " + value, cause);
        }
    }

    private static <T> T read(byte[] stored, Class<T> form) {
        try {
            return JSON.readValue(stored, form);
        } catch (IOException damaged) {
            throw damaged(damaged);
        }
    }

    private static RetrievalException damaged(IOException cause) {
        return new RetrievalException(Code.CORRUPT, "rule row: " + cause.getMessage(), cause);
    }

    @Override
    public void close() {
        store.close();
    }
}
