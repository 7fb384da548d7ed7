package dev.mobula.actors.safety.counters;

import java.util.Arrays;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.HllUnion;
import org.jspecify.annotations.Nullable;

/*
 * A window is a ring of PARTS equal parts of time. Of events a part holds their number; of distinct values a HyperLogLog
 * of 2^LOG_BUCKETS buckets, exact while it is small and within some 5 % (one deviation) after.
 */
/// One key's window in memory: what its rows on disk say.
final class CounterWindow {
    static final int PARTS = 16;

    private static final int LOG_BUCKETS = 9;

    private final long[] parts = new long[PARTS];
    private final long[] counts = new long[PARTS];
    private final @Nullable HllSketch[] values = new HllSketch[PARTS];

    CounterWindow() {
        Arrays.fill(parts, -1);
    }

    private static int place(long part) {
        return Math.floorMod(part, PARTS);
    }

    /// Puts what a row says.
    void load(long part, long count) {
        parts[place(part)] = part;
        counts[place(part)] = count;
    }

    void load(long part, byte[] sketch) {
        parts[place(part)] = part;
        values[place(part)] = HllSketch.heapify(sketch);
    }

    /// Whether a part counts: it does not when the ring has gone on past it.
    boolean takes(long part) {
        return parts[place(part)] <= part;
    }

    void add(long part) {
        renew(part);
        counts[place(part)]++;
    }

    /// Adds a value, and gives the part's sketch as bytes; empty when it says nothing new.
    byte[] add(long part, long value) {
        renew(part);
        HllSketch sketch = values[place(part)];
        if (sketch == null) {
            sketch = new HllSketch(LOG_BUCKETS);
            values[place(part)] = sketch;
        }
        double before = sketch.getEstimate();
        sketch.update(value);
        return sketch.getEstimate() == before ? new byte[0] : sketch.toCompactByteArray();
    }

    private void renew(long part) {
        int at = place(part);
        if (parts[at] < part) {
            parts[at] = part;
            counts[at] = 0;
            values[at] = null;
        }
    }

    /// What the window that ends with a part holds.
    double count(long part) {
        double sum = 0;
        for (int i = 0; i < PARTS; i++) {
            sum += parts[i] > part - PARTS && parts[i] <= part ? counts[i] : 0;
        }
        return sum;
    }

    double distinct(long part) {
        HllUnion union = new HllUnion(LOG_BUCKETS);
        for (int i = 0; i < PARTS; i++) {
            HllSketch sketch = values[i];
            if (sketch != null && parts[i] > part - PARTS && parts[i] <= part) {
                union.update(sketch);
            }
        }
        return Math.rint(union.getEstimate());
    }
}
