package dev.mobula.training.program;

import dev.mobula.training.TrainingException;

/// One worker's share of a batch: keys and numbers, row after row. Filled by a source, read by a program, reused.
public final class Batch {
    /// The key of nothing: its embedding is zeros and learns nothing.
    public static final long MISSING = 0;

    /// The key that stands for all keys a table does not hold (yet).
    public static final long UNKNOWN = 1;

    private final int rowsMax;
    private final long[][] keys;
    private final float[][] columns;
    private int rows;
    private long timeSeconds;

    private Batch(int rowsMax, long[][] keys, float[][] columns) {
        this.rowsMax = rowsMax;
        this.keys = keys;
        this.columns = columns;
    }

    public static Batch create(ProgramSpec spec) {
        long[][] keys = new long[spec.lookups().size()][];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = new long[spec.rowsMax() * spec.lookups().get(i).perRow()];
        }
        float[][] columns = new float[spec.columns().size()][];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = new float[spec.rowsMax() * spec.columns().get(i).perRow()];
        }
        return new Batch(spec.rowsMax(), keys, columns);
    }

    /// Rows in use.
    public int rows() {
        return rows;
    }

    public void setRows(int count) {
        if (count < 0 || count > rowsMax) {
            throw TrainingException.invalid("rows", count, "must be 0.." + rowsMax);
        }
        rows = count;
    }

    /// Keys of a lookup, `perRow` for each row; to be written by the source.
    ///
    /// @param lookup its place in [ProgramSpec#lookups]
    public long[] keys(int lookup) {
        return keys[lookup];
    }

    /// Numbers of a column, `perRow` for each row; to be written by the source.
    ///
    /// @param column its place in [ProgramSpec#columns]
    public float[] column(int column) {
        return columns[column];
    }

    /// When the newest example of the global batch happened; tables forget keys by this clock.
    public long timeSeconds() {
        return timeSeconds;
    }

    public void setTimeSeconds(long seconds) {
        timeSeconds = seconds;
    }
}
