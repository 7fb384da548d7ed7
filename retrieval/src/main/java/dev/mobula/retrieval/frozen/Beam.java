package dev.mobula.retrieval.frozen;

import java.util.Arrays;

/*
 * One sorted array of longs takes the place of the two heaps of the textbook search. An entry is
 *
 *     distance, as bits that sort like the float (32) | row (30) | rejected (1) | expanded (1)
 *
 * so one comparison orders it and one binary search places it. The array ends at the limit-th accepted entry: rows that
 * a filter rejects are walked through but do not count. Without a filter that is a plain array of `limit` entries; with
 * one it grows as far as the search has to walk.
 */

/// The best rows met so far, nearest first, each marked as expanded or not, accepted or not.
final class Beam {
    /// Rows must be smaller than this.
    static final int ROWS_MAX = 1 << 30;

    private static final long EXPANDED = 1;
    private static final long REJECTED = 2;
    private static final int ROW_SHIFT = 2;
    private static final int DISTANCE_SHIFT = 32;

    private long[] entries = new long[512];
    private int size;
    private int accepted;
    private int limit;
    private int cursor;
    private int bound;

    void reset(int newLimit) {
        size = 0;
        accepted = 0;
        cursor = 0;
        limit = newLimit;
        bound = Integer.MAX_VALUE;
    }

    int size() {
        return size;
    }

    int accepted() {
        return accepted;
    }

    boolean isFull() {
        return accepted >= limit;
    }

    /// Whether a row at this distance would enter the beam.
    boolean admits(float distance) {
        return sortable(distance) < bound;
    }

    /// Places a row that [#admits] let in.
    void add(float distance, int row, boolean isAccepted) {
        long entry =
                (long) sortable(distance) << DISTANCE_SHIFT
                        | ((long) row << ROW_SHIFT & 0xffffffffL)
                        | (isAccepted ? 0 : REJECTED);
        int place = placeOf(entry);
        if (size == entries.length) {
            entries = Arrays.copyOf(entries, 2 * size);
        }
        System.arraycopy(entries, place, entries, place + 1, size - place);
        entries[place] = entry;
        size++;
        cursor = Math.min(cursor, place);
        if (isAccepted && ++accepted >= limit) {
            trim();
        }
    }

    /// The place of the nearest row that was not expanded, or -1 when all were.
    int next() {
        while (cursor < size && (entries[cursor] & EXPANDED) != 0) {
            cursor++;
        }
        return cursor < size ? cursor : -1;
    }

    /// Marks the row at a place as expanded and returns it.
    int expand(int place) {
        entries[place] |= EXPANDED;
        return row(place);
    }

    int row(int place) {
        return (int) (entries[place] & 0xffffffffL) >>> ROW_SHIFT;
    }

    boolean isAccepted(int place) {
        return (entries[place] & REJECTED) == 0;
    }

    float distance(int place) {
        return unsorted((int) (entries[place] >> DISTANCE_SHIFT));
    }

    private int placeOf(long entry) {
        int low = 0;
        for (int length = size; length > 0; ) {
            int half = length >>> 1;
            boolean above = entries[low + half] < entry;
            low = above ? low + half + 1 : low;
            length = above ? length - half - 1 : half;
        }
        return low;
    }

    private void trim() {
        while (accepted > limit || (entries[size - 1] & REJECTED) != 0) {
            size--;
            if ((entries[size] & REJECTED) == 0) {
                accepted--;
            }
        }
        bound = (int) (entries[size - 1] >> DISTANCE_SHIFT);
    }

    /// Bits that sort as the floats do.
    static int sortable(float distance) {
        int bits = Float.floatToRawIntBits(distance);
        return bits ^ (bits >> 31 & Integer.MAX_VALUE);
    }

    /// The float of such bits.
    static float unsorted(int sortable) {
        return Float.intBitsToFloat(sortable ^ (sortable >> 31 & Integer.MAX_VALUE));
    }
}
