package dev.mobula.training.table;

import java.util.Arrays;
import java.util.function.IntToLongFunction;
import java.util.stream.LongStream;

/*
 * Open addressing with linear probing, at most two thirds full, deletion by shifting back. A slot holds half of the key's
 * hash beside the row, so that a look-up reads the key of no row but its own.
 */
/// Where the row of each key lies. The keys themselves lie with the rows.
final class KeyIndex {
    static final int ABSENT = -1;
    private static final long EMPTY = -1;
    private static final int SLOTS_MIN = 1 << 10;

    private final IntToLongFunction keyOfRow;
    private long[] slots = emptySlots(SLOTS_MIN);
    private int size;

    KeyIndex(IntToLongFunction keyOfRow) {
        this.keyOfRow = keyOfRow;
    }

    private static long[] emptySlots(int count) {
        long[] slots = new long[count];
        Arrays.fill(slots, EMPTY);
        return slots;
    }

    static long mix(long key) {
        long z = key + 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    int size() {
        return size;
    }

    /// The row of a key, or -1.
    int find(long key) {
        int mask = slots.length - 1;
        long hash = mix(key);
        for (int slot = (int) hash & mask; ; slot = (slot + 1) & mask) {
            long content = slots[slot];
            if (content == EMPTY) {
                return ABSENT;
            }
            boolean isLike = (content ^ hash) >>> Integer.SIZE == 0;
            if (isLike && keyOfRow.applyAsLong((int) content) == key) {
                return (int) content;
            }
        }
    }

    /// Adds a key that is not there, whose row has it already.
    void add(long key, int row) {
        if ((size + 1) * 3L > slots.length * 2L) {
            grow();
        }
        long hash = mix(key);
        slots[emptySlot(hash)] = (hash & (-1L << Integer.SIZE)) | row;
        size++;
    }

    private int emptySlot(long hash) {
        int mask = slots.length - 1;
        int slot = (int) hash & mask;
        while (slots[slot] != EMPTY) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private void grow() {
        long[] old = slots;
        slots = emptySlots(2 * old.length);
        for (long content : old) {
            if (content != EMPTY) {
                slots[emptySlot(hashOf(content))] = content;
            }
        }
    }

    private long hashOf(long content) {
        return mix(keyOfRow.applyAsLong((int) content));
    }

    /// Takes a key that is there out, closing the gap it leaves.
    void remove(long key, int row) {
        int mask = slots.length - 1;
        int gap = (int) mix(key) & mask;
        while ((int) slots[gap] != row) {
            gap = (gap + 1) & mask;
        }
        for (int slot = (gap + 1) & mask; slots[slot] != EMPTY; slot = (slot + 1) & mask) {
            int home = (int) hashOf(slots[slot]) & mask;
            boolean mayMove = ((slot - home) & mask) >= ((slot - gap) & mask);
            if (mayMove) {
                slots[gap] = slots[slot];
                gap = slot;
            }
        }
        slots[gap] = EMPTY;
        size--;
    }

    /// All keys.
    LongStream keys() {
        return Arrays.stream(slots)
                .filter(content -> content != EMPTY)
                .map(content -> keyOfRow.applyAsLong((int) content));
    }
}
