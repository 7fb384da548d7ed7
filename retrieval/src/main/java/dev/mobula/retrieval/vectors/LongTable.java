package dev.mobula.retrieval.vectors;

import java.util.Arrays;

/// Numbers long ids from 0 in the order they are added, without boxing. For one thread at a time.
///
/// Open addressing with linear probing, at most half full; ids are spread by Fibonacci hashing.
public final class LongTable {
    private static final int EMPTY = -1;

    private long[] ids;
    private int[] slots;
    private int shift;
    private int size;

    /// A table that grows when more than this many ids come.
    public LongTable(int expected) {
        ids = new long[Math.max(4, expected)];
        allocate(ids.length);
    }

    /// A table of these ids; an id that comes twice keeps its first number.
    public static LongTable of(long... ids) {
        LongTable table = new LongTable(ids.length);
        for (long id : ids) {
            table.add(id);
        }
        return table;
    }

    private void allocate(int capacity) {
        int bits = Math.max(3, Integer.SIZE - Integer.numberOfLeadingZeros(2 * capacity - 1));
        slots = new int[1 << bits];
        shift = Long.SIZE - bits;
        Arrays.fill(slots, EMPTY);
    }

    /// The id's number, or -1.
    public int find(long id) {
        return slots[slotOf(id)];
    }

    /// The id's number, which is new when the id is.
    public int add(long id) {
        int slot = slotOf(id);
        if (slots[slot] == EMPTY) {
            if (size == ids.length) {
                grow();
                slot = slotOf(id);
            }
            ids[size] = id;
            slots[slot] = size++;
        }
        return slots[slot];
    }

    /// The id with this number.
    public long id(int number) {
        return ids[number];
    }

    public int size() {
        return size;
    }

    private int slotOf(long id) {
        int slot = (int) ((id * 0x9E3779B97F4A7C15L) >>> shift);
        while (slots[slot] != EMPTY && ids[slots[slot]] != id) {
            slot = (slot + 1) & (slots.length - 1);
        }
        return slot;
    }

    private void grow() {
        ids = Arrays.copyOf(ids, 2 * ids.length);
        allocate(ids.length);
        for (int number = 0; number < size; number++) {
            slots[slotOf(ids[number])] = number;
        }
    }
}
