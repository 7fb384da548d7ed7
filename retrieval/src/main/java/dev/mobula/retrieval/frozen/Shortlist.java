package dev.mobula.retrieval.frozen;

import dev.mobula.retrieval.kernels.Kernels;
import java.util.Arrays;

/*
 * Rows are appended until there are twice as many as wanted; then the better half stays, and its worst becomes the bound
 * for all that follow. So a row costs a few steps, where keeping the list sorted would cost a search and a move.
 *
 * The bound is found by halving the range of scores and counting what lies above, sixteen scores at a time: a few passes
 * without a branch to mispredict, where selecting by pivots mispredicts at every other score. The search ends as soon as
 * the better part is the limit or an eighth more.
 */

/// The best rows met so far, in no order.
final class Shortlist {
    private static final Kernels KERNELS = Kernels.best();
    private static final int SPARE_PART = 8;
    private static final int SCORE_SHIFT = 32;

    private float[] scores = new float[0];
    private int[] rows = new int[0];
    private int[] places = new int[0];
    private long[] entries = new long[0];
    private int size;
    private int limit;
    private int full;
    private float bound;

    void reset(int newLimit) {
        limit = newLimit;
        full = 2 * limit;
        size = 0;
        bound = Float.NEGATIVE_INFINITY;
        makeRoom(full);
    }

    private void makeRoom(int rowsMax) {
        int padded = Kernels.padded(rowsMax);
        if (scores.length < padded) {
            scores = new float[padded];
            rows = new int[padded];
            places = new int[padded];
            entries = new long[padded];
        }
    }

    /// No row with a lower score is wanted.
    float bound() {
        return bound;
    }

    int size() {
        return size;
    }

    void add(float score, int row) {
        scores[size] = score;
        rows[size++] = row;
        if (size == full) {
            cut();
        }
    }

    /// Forgets all but the best, as many as the limit or a few more.
    void trim() {
        if (size > most()) {
            cut();
        }
    }

    /// Holds the places of the best of these scores, as many as the limit or more, the best first.
    ///
    /// @param all padded with negative infinity
    void takeBest(float[] all, int count) {
        makeRoom(all.length);
        bound = Float.NEGATIVE_INFINITY;
        float low = count > most() ? boundOf(all, count) : bound;
        size = Math.min(count, KERNELS.placesAtLeast(all, all.length, low, rows));
        for (int i = 0; i < size; i++) {
            entries[i] = (long) Beam.sortable(-all[rows[i]]) << SCORE_SHIFT | rows[i];
        }
        Arrays.sort(entries, 0, size);
        for (int i = 0; i < size; i++) {
            rows[i] = (int) entries[i];
        }
    }

    int row(int place) {
        return rows[place];
    }

    float score(int place) {
        return scores[place];
    }

    private void cut() {
        int padded = Kernels.padded(size);
        Arrays.fill(scores, size, padded, Float.NEGATIVE_INFINITY);
        bound = boundOf(scores, size);
        int kept = KERNELS.placesAtLeast(scores, padded, bound, places);
        if (kept > most()) {
            kept =
                    placesAmongEqual(
                            limit - KERNELS.countAtLeast(scores, padded, Math.nextUp(bound)));
        }
        size = kept;
        for (int i = 0; i < size; i++) {
            scores[i] = scores[places[i]];
            rows[i] = rows[places[i]];
        }
    }

    /* Of rows whose score is just the bound only the first so many. */
    private int placesAmongEqual(int equals) {
        int count = 0;
        int left = equals;
        for (int i = 0; i < size; i++) {
            if (scores[i] > bound || (scores[i] == bound && left-- > 0)) {
                places[count++] = i;
            }
        }
        return count;
    }

    private int most() {
        return limit + limit / SPARE_PART;
    }

    /* A score that as many as the limit or a few more reach. */
    private float boundOf(float[] values, int count) {
        int padded = Kernels.padded(count);
        float low = Math.max(bound, smallest(values, count));
        float high = Math.nextUp(KERNELS.largest(values, padded));
        int reached = count;
        while (reached > most()) {
            float middle = low + (high - low) / 2;
            if (!(middle > low && middle < high)) {
                break;
            }
            int above = KERNELS.countAtLeast(values, padded, middle);
            if (above < limit) {
                high = middle;
            } else {
                low = middle;
                reached = above;
            }
        }
        return low;
    }

    private static float smallest(float[] values, int count) {
        int whole = count & -Kernels.PADDING;
        float smallest = whole == 0 ? values[0] : KERNELS.smallest(values, whole);
        for (int i = whole; i < count; i++) {
            smallest = Math.min(smallest, values[i]);
        }
        return smallest;
    }
}
