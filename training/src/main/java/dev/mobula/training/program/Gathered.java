package dev.mobula.training.program;

import dev.mobula.training.table.KeyNumbers;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

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
        private final KeyNumbers numbers;
        private final long[] refs;
        private final MemorySegment rows;
        private final int width;

        private Table(int uniqueMax, int width, Arena arena) {
            this.numbers = new KeyNumbers(uniqueMax);
            this.refs = new long[uniqueMax];
            this.width = width;
            this.rows = arena.allocate((long) uniqueMax * width * Float.BYTES, ALIGNMENT_BYTES);
        }

        /// Unique keys, row 0 included.
        public int count() {
            return numbers.count();
        }

        public int width() {
            return width;
        }

        /// Unique keys by number; the first is [Batch#MISSING].
        public long[] keys() {
            return numbers.keys();
        }

        /// A number per unique key that belongs to whoever filled the rows.
        public long[] refs() {
            return refs;
        }

        /// `[count, width]` floats, to be filled by the tables.
        public MemorySegment rows() {
            return rows;
        }
    }

    /// Numbers the keys of a batch; rows are not filled yet.
    public void number(Batch batch) {
        for (Table table : tables) {
            table.numbers.clear();
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
            index[i] = keys[i] == Batch.MISSING ? 0 : table.numbers.number(keys[i]);
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
