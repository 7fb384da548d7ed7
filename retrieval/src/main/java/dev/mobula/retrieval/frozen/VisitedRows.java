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
        touched = new int[words.length + 1];
    }

    /// Adds a row; false when it was there.
    boolean add(int row) {
        return addAndCount(row) != 0;
    }

    /// Adds a row; 1 when it is new, 0 when it was there. Whether it is new is anybody's guess, so nothing branches.
    int addAndCount(int row) {
        int index = row >>> 6;
        long word = words[index];
        touched[touchedCount] = index;
        touchedCount += word == 0 ? 1 : 0;
        words[index] = word | 1L << row;
        return (int) (~word >>> row) & 1;
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
