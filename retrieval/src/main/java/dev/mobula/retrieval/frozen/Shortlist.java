package dev.mobula.retrieval.frozen;

/*
 * Rows are appended until there are twice as many as wanted; then the nearer half is selected and its farthest becomes
 * the bound for all that follow. So a row costs a few steps, where keeping the list sorted would cost a search and a
 * move. An entry is the distance, as bits that sort like the float, above the row.
 */

/// The nearest rows met so far, in no order.
final class Shortlist {
    private static final int DISTANCE_SHIFT = 32;

    private long[] entries = new long[512];
    private int size;
    private int limit;
    private float bound;

    void reset(int newLimit) {
        limit = newLimit;
        size = 0;
        bound = Float.POSITIVE_INFINITY;
        if (entries.length < 2 * limit) {
            entries = new long[2 * limit];
        }
    }

    /// No row farther than this is wanted.
    float bound() {
        return bound;
    }

    int size() {
        return size;
    }

    void add(float distance, int row) {
        entries[size++] = (long) Beam.sortable(distance) << DISTANCE_SHIFT | row;
        if (size == 2 * limit) {
            selectNearest();
            size = limit;
            bound = distance(limit - 1);
        }
    }

    /// Forgets all but the nearest, as many as the limit.
    void trim() {
        if (size > limit) {
            selectNearest();
            size = limit;
        }
    }

    int row(int place) {
        return (int) entries[place];
    }

    float distance(int place) {
        return Beam.unsorted((int) (entries[place] >> DISTANCE_SHIFT));
    }

    /* Puts the nearest first, as many as the limit, the farthest of them last. */
    private void selectNearest() {
        int low = 0;
        int high = size - 1;
        while (low < high) {
            long pivot = entries[(low + high) >>> 1];
            int i = low;
            int j = high;
            while (i <= j) {
                while (entries[i] < pivot) {
                    i++;
                }
                while (entries[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    long entry = entries[i];
                    entries[i++] = entries[j];
                    entries[j--] = entry;
                }
            }
            if (limit - 1 <= j) {
                high = j;
            } else if (limit - 1 >= i) {
                low = i;
            } else {
                return;
            }
        }
    }
}
