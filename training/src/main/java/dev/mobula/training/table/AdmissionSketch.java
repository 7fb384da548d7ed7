package dev.mobula.training.table;

import java.nio.ByteBuffer;
import java.util.Arrays;

/*
 * Count-min with conservative update: four rows of counters, a key counts as often as its least counter says. It never
 * counts too few; with w counters per row and n counts in the window it counts e*n/w too many with probability e^-4 at
 * most. Two windows take turns, so a count lasts between one and two windows.
 *
 * Cormode, Muthukrishnan, An improved data stream summary: the count-min sketch and its applications, 2005.
 */
/// How often keys without a row came lately.
final class AdmissionSketch {
    private static final int ROWS = 4;
    private static final int COUNTERS = 1 << 16;
    static final int BYTES = Long.BYTES + 2 * ROWS * COUNTERS * Short.BYTES;

    private final long windowSeconds;
    private short[] current = new short[ROWS * COUNTERS];
    private short[] previous = new short[ROWS * COUNTERS];
    private long window = Long.MIN_VALUE;

    AdmissionSketch(long windowSeconds) {
        this.windowSeconds = windowSeconds;
    }

    /// Turns the windows; what is older than two of them is forgotten.
    void advance(long seconds) {
        long now = Math.floorDiv(seconds, windowSeconds);
        if (window == Long.MIN_VALUE) {
            window = now;
        }
        if (now <= window) {
            return;
        }
        short[] oldest = previous;
        previous = current;
        current = oldest;
        Arrays.fill(current, (short) 0);
        if (now > window + 1) {
            Arrays.fill(previous, (short) 0);
        }
        window = now;
    }

    /// Counts a key once more, and returns how often it came.
    int count(long key) {
        int least = Integer.MAX_VALUE;
        int whole = Integer.MAX_VALUE;
        for (int row = 0; row < ROWS; row++) {
            int at = place(row, key);
            least = Math.min(least, current[at]);
            whole = Math.min(whole, current[at] + previous[at]);
        }
        int next = Math.min(least + 1, Short.MAX_VALUE);
        for (int row = 0; row < ROWS; row++) {
            int at = place(row, key);
            current[at] = (short) Math.max(current[at], next);
        }
        return whole + 1;
    }

    private static int place(int row, long key) {
        long hash = KeyIndex.mix(key + row * 0x5851F42D4C957F2DL);
        return row * COUNTERS + (int) (hash >>> 48);
    }

    void write(ByteBuffer out) {
        out.putLong(window);
        for (short value : current) {
            out.putShort(value);
        }
        for (short value : previous) {
            out.putShort(value);
        }
    }

    /// Adds the counts of a sketch that was written.
    void add(ByteBuffer in) {
        window = Math.max(window, in.getLong());
        for (short[] counts : new short[][] {current, previous}) {
            for (int i = 0; i < counts.length; i++) {
                counts[i] = (short) Math.min(Short.MAX_VALUE, counts[i] + in.getShort());
            }
        }
    }
}
