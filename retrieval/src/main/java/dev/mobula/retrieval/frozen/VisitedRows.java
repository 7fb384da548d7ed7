package dev.mobula.retrieval.frozen;

/*
 * A bit per row. Clearing costs what was visited, not what there is: words that became non-zero are logged, and only
 * those are zeroed again.
 */

/// The rows that a search has already met.
final class VisitedRows {
    private final long[] words;
    private final int[] touched;
    private int touchedCount;

    VisitedRows(int rows) {
        words = new long[(rows + Long.SIZE - 1) / Long.SIZE];
        touched = new int[words.length];
    }

    /// Adds a row; false when it was there.
    boolean add(int row) {
        int index = row >>> 6;
        long word = words[index];
        long bit = 1L << row;
        if ((word & bit) != 0) {
            return false;
        }
        if (word == 0) {
            touched[touchedCount++] = index;
        }
        words[index] = word | bit;
        return true;
    }

    boolean contains(int row) {
        return (words[row >>> 6] & 1L << row) != 0;
    }

    void clear() {
        for (int i = 0; i < touchedCount; i++) {
            words[touched[i]] = 0;
        }
        touchedCount = 0;
    }
}
