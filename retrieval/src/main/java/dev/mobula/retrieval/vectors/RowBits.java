package dev.mobula.retrieval.vectors;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;

/// A bit per row that many threads read while others set and clear it; a change is seen by every later read.
public final class RowBits {
    private final AtomicLongArray words;
    private final AtomicInteger count = new AtomicInteger();

    public RowBits(int rows) {
        words = new AtomicLongArray((rows + Long.SIZE - 1) / Long.SIZE);
    }

    public boolean contains(int row) {
        return (words.get(row >>> 6) & 1L << row) != 0;
    }

    /// Sets the bit; false when it was set.
    public boolean add(int row) {
        long bit = 1L << row;
        boolean added = (words.getAndUpdate(row >>> 6, word -> word | bit) & bit) == 0;
        if (added) {
            count.incrementAndGet();
        }
        return added;
    }

    /// Clears the bit; false when it was clear.
    public boolean remove(int row) {
        long bit = 1L << row;
        boolean removed = (words.getAndUpdate(row >>> 6, word -> word & ~bit) & bit) != 0;
        if (removed) {
            count.decrementAndGet();
        }
        return removed;
    }

    /// How many bits are set.
    public int count() {
        return count.get();
    }
}
