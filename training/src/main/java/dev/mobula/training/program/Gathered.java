package dev.mobula.training.program;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/*
 * Keys are numbered in the order they first come, by a hash table of stamped slots that needs no clearing between
 * batches: a slot counts only when its stamp is the batch's.
 */
/// The unique keys of a batch per table, their rows, and where each key of the batch finds its row.
///
/// Row 0 of each table is zeros, for [Batch#MISSING].
public final class Gathered {
    private static final int ALIGNMENT_BYTES = 64;

    private final ProgramSpec spec;
    private final int[][] index;
    private final Table[] tables;

    /// @param arena that the rows live in
    public Gathered(ProgramSpec spec, Arena arena) {
        this.spec = spec;
        this.index = new int[spec.lookups().size()][];
        for (int i = 0; i < index.length; i++) {
            index[i] = new int[spec.rowsMax() * spec.lookups().get(i).perRow()];
        }
        this.tables = new Table[spec.tables().size()];
        for (int t = 0; t < tables.length; t++) {
            tables[t] = new Table(spec.uniqueMax(t), spec.tables().get(t).width(), arena);
        }
    }

    /// One table's part.
    public static final class Table {
        private final long[] keys;
        private final long[] refs;
        private final MemorySegment rows;
        private final int width;
        private final long[] slotKeys;
        private final int[] slotNumbers;
        private final int[] slotStamps;
        private int stamp;
        private int count = 1;

        private Table(int uniqueMax, int width, Arena arena) {
            this.keys = new long[uniqueMax];
            this.refs = new long[uniqueMax];
            this.width = width;
            this.rows = arena.allocate((long) uniqueMax * width * Float.BYTES, ALIGNMENT_BYTES);
            int slots = Integer.highestOneBit(Math.max(uniqueMax, 8)) * 4;
            this.slotKeys = new long[slots];
            this.slotNumbers = new int[slots];
            this.slotStamps = new int[slots];
        }

        /// Unique keys, row 0 included.
        public int count() {
            return count;
        }

        public int width() {
            return width;
        }

        /// Unique keys by number; the first is [Batch#MISSING].
        public long[] keys() {
            return keys;
        }

        /// A number per unique key that belongs to whoever filled the rows.
        public long[] refs() {
            return refs;
        }

        /// `[count, width]` floats, to be filled by the tables.
        public MemorySegment rows() {
            return rows;
        }

        private void clear() {
            count = 1;
            stamp++;
            if (stamp == 0) {
                Arrays.fill(slotStamps, 0);
                stamp = 1;
            }
        }

        private int number(long key) {
            if (key == Batch.MISSING) {
                return 0;
            }
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
    }

    /// Numbers the keys of a batch; rows are not filled yet.
    public void number(Batch batch) {
        for (Table table : tables) {
            table.clear();
        }
        List<Lookup> lookups = spec.lookups();
        for (int i = 0; i < index.length; i++) {
            Table table = tables[spec.table(lookups.get(i).table())];
            int keys = batch.rows() * lookups.get(i).perRow();
            number(table, batch.keys(i), index[i], keys);
        }
    }

    private static void number(Table table, long[] keys, int[] index, int count) {
        for (int i = 0; i < count; i++) {
            index[i] = table.number(keys[i]);
        }
    }

    /// Row numbers of a lookup's keys, `perRow` for each row of the batch.
    public int[] index(int lookup) {
        return index[lookup];
    }

    public Table table(int table) {
        return tables[table];
    }

    public int tables() {
        return tables.length;
    }

    /// One number of a row, for tests and for programs that read few.
    public float value(int table, int number, int column) {
        Table it = tables[table];
        return it.rows.getAtIndex(ValueLayout.JAVA_FLOAT, (long) number * it.width + column);
    }
}
