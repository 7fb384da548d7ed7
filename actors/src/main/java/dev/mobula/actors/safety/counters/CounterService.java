package dev.mobula.actors.safety.counters;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Batch;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.StateDirectory;
import dev.mobula.actors.shards.RetrievalFailures;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.RowStore;
import dev.mobula.retrieval.store.StoreOptions;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;

/*
 * A row is (key's hash, kind, window, part of time). A count grows by a blind merge, so an update reads nothing; a sketch
 * is put again when it says something new. The windows of the keys last used are held in memory beside the rows, by the
 * store's own thread, and read back from at most 16 rows when they are not; a commit that fails drops them all. Rows whose
 * window has passed are swept away a page at a time, as hits come in, so that the disk stays flat.
 */
/// A shard of the key counters. An answer says that what it counts is on disk.
public final class CounterService implements Service {
    /// Counts hits, a list of [Hit], and answers what each came to.
    static final int HIT = 1;

    /// The most hits of a call.
    static final int HITS_MAX = 10_000;

    private static final String COUNTS = "counts";
    private static final String SKETCHES = "sketches";
    private static final int WINDOWS_MAX = 200_000;
    private static final int ROW_BYTES = 48;
    private static final int KEY_BYTES = 4 * Long.BYTES;
    private static final int SWEEP_EVERY = 4_096;
    private static final int SWEEP_ROWS = 8_192;

    private record Key(long high, long low, long windowMillis, boolean distinct) {
        static Key of(Hit hit) {
            return new Key(hit.high(), hit.low(), hit.windowMillis(), hit.distinct());
        }

        byte[] row(long part) {
            return ByteBuffer.allocate(KEY_BYTES)
                    .putLong(high)
                    .putLong(low)
                    .putLong(windowMillis)
                    .putLong(part)
                    .array();
        }
    }

    private final RowStore rows;
    private final AtomicBoolean stale = new AtomicBoolean();
    private final Map<Key, CounterWindow> windows =
            new LinkedHashMap<>(1024, .75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<Key, CounterWindow> eldest) {
                    return size() > WINDOWS_MAX;
                }
            };
    private final Map<String, byte[]> swept = new LinkedHashMap<>();
    private long newestMillis;
    private int sinceSweep;

    private CounterService(StateDirectory state) {
        rows =
                RowStore.open(
                        StoreOptions.at(state.path().resolve("counters")),
                        "counters",
                        List.of(SKETCHES),
                        List.of(COUNTS),
                        state::requireOwned);
    }

    /// Starts a shard; it takes no settings.
    public static final class Factory implements ServiceFactory {
        @Override
        public Service start(ServiceContext context) {
            return new CounterService(context.state());
        }
    }

    @Override
    public byte[] call(int op, byte[] request) {
        throw new CallException(Failure.REFUSED, "no operation " + op);
    }

    /// All requests of the batch share the store's next syncs.
    @Override
    public void callAll(int op, Batch batch) {
        if (op != HIT) {
            Service.super.callAll(op, batch);
            return;
        }
        List<CompletableFuture<double[]>> under = new ArrayList<>(batch.size());
        for (int i = 0; i < batch.size(); i++) {
            under.add(submitted(batch.request(i)));
        }
        for (int i = 0; i < batch.size(); i++) {
            try {
                double[] counts = under.get(i).join();
                batch.answer(i, new MessageWriter().writeDoubles(counts).toBytes());
            } catch (CompletionException failed) {
                batch.fail(i, typed(Objects.requireNonNullElse(failed.getCause(), failed)));
            }
        }
    }

    private static Exception typed(Throwable failed) {
        return switch (failed) {
            case RetrievalException refused -> RetrievalFailures.typed(refused);
            case Exception other -> other;
            default -> new CallException(Failure.APPLICATION, String.valueOf(failed), failed);
        };
    }

    private CompletableFuture<double[]> submitted(byte[] request) {
        List<Hit> hits;
        try {
            MessageReader in = new MessageReader(request);
            hits = in.readList(Hit.CODEC::read);
            in.requireEnd();
            if (hits.size() > HITS_MAX) {
                throw new CallException(
                        Failure.REFUSED, "hits=" + hits.size() + ": at most " + HITS_MAX);
            }
            long bytes = (long) hits.size() * ROW_BYTES;
            return rows.submit(batch -> count(hits, batch), bytes)
                    .whenComplete((counts, failed) -> stale.compareAndSet(false, failed != null));
        } catch (CallException | RetrievalException refused) {
            return CompletableFuture.failedFuture(refused);
        }
    }

    private double[] count(List<Hit> hits, RowStore.RowBatch batch) {
        if (stale.getAndSet(false)) {
            windows.clear();
        }
        double[] counts = new double[hits.size()];
        try {
            for (int i = 0; i < counts.length; i++) {
                counts[i] = count(hits.get(i), batch);
            }
        } catch (RuntimeException failed) {
            windows.clear();
            throw failed;
        }
        sinceSweep += counts.length;
        if (sinceSweep >= SWEEP_EVERY) {
            sinceSweep = 0;
            sweep(COUNTS, batch);
            sweep(SKETCHES, batch);
        }
        return counts;
    }

    private double count(Hit hit, RowStore.RowBatch batch) {
        newestMillis = Math.max(newestMillis, hit.atMillis());
        Key key = Key.of(hit);
        long part = hit.part();
        CounterWindow window = windows.get(key);
        if (window == null) {
            window = read(key, part, batch);
            windows.put(key, window);
        }
        if (window.takes(part)) {
            if (hit.distinct()) {
                byte[] sketch = window.add(part, hit.value());
                if (sketch.length > 0) {
                    batch.put(SKETCHES, key.row(part), sketch);
                }
            } else {
                window.add(part);
                batch.add(COUNTS, key.row(part), 1);
            }
        }
        return hit.distinct() ? window.distinct(part) : window.count(part);
    }

    /// A hit that is late may meet parts after its own: the newest 16 in all count.
    private CounterWindow read(Key key, long part, RowStore.RowBatch batch) {
        CounterWindow window = new CounterWindow();
        String family = key.distinct() ? SKETCHES : COUNTS;
        batch.scan(
                family,
                key.row(Math.max(0, part - CounterWindow.PARTS + 1)),
                key.row(Long.MAX_VALUE),
                (row, value) -> {
                    long at = ByteBuffer.wrap(row).getLong(KEY_BYTES - Long.BYTES);
                    if (key.distinct()) {
                        window.load(at, value);
                    } else {
                        window.load(at, RowStore.counted(value));
                    }
                    return true;
                });
        return window;
    }

    /// Deletes what no window reaches any more, from where the last page ended.
    private void sweep(String family, RowStore.RowBatch batch) {
        byte[] from = swept.getOrDefault(family, new byte[0]);
        byte[] end = new byte[KEY_BYTES + 1];
        Arrays.fill(end, (byte) 0xFF);
        List<byte[]> gone = new ArrayList<>();
        int[] seen = {0};
        byte[][] last = {new byte[0]};
        batch.scan(
                family,
                from,
                end,
                (row, value) -> {
                    ByteBuffer key = ByteBuffer.wrap(row);
                    long windowMillis = key.getLong(2 * Long.BYTES);
                    long partMillis = Math.max(1, windowMillis / CounterWindow.PARTS);
                    long part = key.getLong(3 * Long.BYTES);
                    if ((part + 1) * partMillis < newestMillis - 2 * windowMillis) {
                        gone.add(row.clone());
                    }
                    last[0] = row.clone();
                    return ++seen[0] < SWEEP_ROWS;
                });
        gone.forEach(row -> batch.delete(family, row));
        swept.put(family, seen[0] < SWEEP_ROWS ? new byte[0] : last[0]);
    }

    @Override
    public void close() {
        rows.close();
    }
}
