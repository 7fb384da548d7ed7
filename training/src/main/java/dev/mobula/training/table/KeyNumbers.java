package dev.mobula.training.table;

import java.util.Arrays;

/*
 * A hash table of stamped slots that needs no clearing between batches: a slot counts only when its stamp is the
 * batch's.
 */
/// Numbers keys from 1 in the order they first come; 0 is left for none.
public final class KeyNumbers {
    private final long[] keys;
    private final long[] slotKeys;
    private final int[] slotNumbers;
    private final int[] slotStamps;
    private int stamp = 1;
    private int count = 1;

    /// @param most numbers given between two clearings, 0 included
    public KeyNumbers(int most) {
        this.keys = new long[most];
        int slots = Integer.highestOneBit(Math.max(most, 8)) * 4;
        this.slotKeys = new long[slots];
        this.slotNumbers = new int[slots];
        this.slotStamps = new int[slots];
    }

    /// Forgets all keys.
    public void clear() {
        count = 1;
        stamp++;
        if (stamp == 0) {
            Arrays.fill(slotStamps, 0);
            stamp = 1;
        }
    }

    /// The key's number, a new one when it has none.
    public int number(long key) {
        int mask = slotKeys.length - 1;
        int slot = (int) ((key * 0x9E3779B97F4A7C15L) >>> 32) & mask;
        while (slotStamps[slot] == stamp) {
            if (slotKeys[slot] == key) {
                return slotNumbers[slot];
            }
            slot = (slot + 1) & mask;
        }
        slotStamps[slot] = stamp;
        slotKeys[slot] = key;
        slotNumbers[slot] = count;
        keys[count] = key;
        return count++;
    }

    /// The next number.
    public int count() {
        return count;
    }

    /// Keys by number.
    public long[] keys() {
        return keys;
    }
}
