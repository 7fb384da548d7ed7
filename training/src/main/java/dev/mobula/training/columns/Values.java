package dev.mobula.training.columns;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// The values of one column in a batch, appended in row order into flat arrays that are reused.
public abstract sealed class Values {
    private static final int TOTAL_MAX = Integer.MAX_VALUE - 64;

    private boolean[] missing = new boolean[16];
    private int size;
    private int missingCount;

    static Values of(Column.Kind kind) {
        return switch (kind) {
            case WHOLE, FLAG, INSTANT -> new Wholes();
            case NUMBER -> new Numbers();
            case REAL -> new Reals();
            case TEXT, BYTES -> new Texts();
            case WHOLES -> new Lists(new Wholes());
            case REALS -> new Lists(new Reals());
            case TEXTS -> new Lists(new Texts());
        };
    }

    public final int size() {
        return size;
    }

    public final boolean isMissing(int row) {
        return missing[row];
    }

    public final int missingCount() {
        return missingCount;
    }

    /// Appends a missing value.
    public final void addMissing() {
        grow(size + 1);
        place(size);
        missing[size++] = true;
        missingCount++;
    }

    /// Appends row `row` of the same column of another batch.
    public final void addFrom(Values other, int row) {
        if (other.missing[row]) {
            addMissing();
        } else {
            copy(other, row);
        }
    }

    /// Forgets everything after the first `count` values, and elements without a list.
    void truncate(int count) {
        while (size > count) {
            missingCount -= missing[--size] ? 1 : 0;
        }
    }

    final void next() {
        grow(size + 1);
        missing[size++] = false;
    }

    private void grow(int wanted) {
        if (wanted > missing.length) {
            missing = Arrays.copyOf(missing, grown(missing.length, wanted));
        }
    }

    static int grown(int length, long wanted) {
        if (wanted > TOTAL_MAX) {
            throw new TrainingException(
                    Code.FULL, "a batch column of " + wanted + " values: at most " + TOTAL_MAX);
        }
        return (int) Math.min(TOTAL_MAX, Math.max(2L * length, wanted));
    }

    /// What stands at the place of a missing value.
    abstract void place(int row);

    abstract void copy(Values other, int row);

    /// Whole numbers, times in microseconds, or flags as 0 and 1.
    public static final class Wholes extends Values {
        private long[] values = new long[16];

        public void add(long value) {
            room(size())[size()] = value;
            next();
        }

        public long get(int row) {
            return values[row];
        }

        /// The array behind it, longer than the batch; owned by the batch.
        public long[] array() {
            return values;
        }

        private long[] room(int row) {
            if (row >= values.length) {
                values = Arrays.copyOf(values, grown(values.length, row + 1L));
            }
            return values;
        }

        @Override
        void place(int row) {
            room(row)[row] = 0;
        }

        @Override
        void copy(Values other, int row) {
            add(((Wholes) other).values[row]);
        }
    }

    /// 64-bit floats.
    public static final class Numbers extends Values {
        private double[] values = new double[16];

        public void add(double value) {
            room(size())[size()] = value;
            next();
        }

        public double get(int row) {
            return values[row];
        }

        /// The array behind it, longer than the batch; owned by the batch.
        public double[] array() {
            return values;
        }

        private double[] room(int row) {
            if (row >= values.length) {
                values = Arrays.copyOf(values, grown(values.length, row + 1L));
            }
            return values;
        }

        @Override
        void place(int row) {
            room(row)[row] = 0;
        }

        @Override
        void copy(Values other, int row) {
            add(((Numbers) other).values[row]);
        }
    }

    /// 32-bit floats.
    public static final class Reals extends Values {
        private float[] values = new float[16];

        public void add(float value) {
            room(size())[size()] = value;
            next();
        }

        public float get(int row) {
            return values[row];
        }

        /// The array behind it, longer than the batch; owned by the batch.
        public float[] array() {
            return values;
        }

        private float[] room(int row) {
            if (row >= values.length) {
                values = Arrays.copyOf(values, grown(values.length, row + 1L));
            }
            return values;
        }

        @Override
        void place(int row) {
            room(row)[row] = 0;
        }

        @Override
        void copy(Values other, int row) {
            add(((Reals) other).values[row]);
        }
    }

    /// Texts as UTF-8, or bytes.
    public static final class Texts extends Values {
        private int[] ends = new int[16];
        private byte[] bytes = new byte[256];

        public void add(String text) {
            add(text.getBytes(StandardCharsets.UTF_8));
        }

        public void add(byte[] text) {
            add(text, 0, text.length);
        }

        public void add(byte[] source, int from, int length) {
            int start = start(size());
            if (length > bytes.length - start) {
                bytes = Arrays.copyOf(bytes, grown(bytes.length, (long) start + length));
            }
            System.arraycopy(source, from, bytes, start, length);
            end(size(), start + length);
            next();
        }

        public String get(int row) {
            return new String(bytes, start(row), length(row), StandardCharsets.UTF_8);
        }

        public byte[] bytes(int row) {
            return Arrays.copyOfRange(bytes, start(row), ends[row]);
        }

        public int start(int row) {
            return row == 0 ? 0 : ends[row - 1];
        }

        public int length(int row) {
            return ends[row] - start(row);
        }

        /// The bytes of all rows one after the other; owned by the batch.
        public byte[] array() {
            return bytes;
        }

        private void end(int row, int end) {
            if (row >= ends.length) {
                ends = Arrays.copyOf(ends, grown(ends.length, row + 1L));
            }
            ends[row] = end;
        }

        @Override
        void place(int row) {
            end(row, start(row));
        }

        @Override
        void copy(Values other, int row) {
            Texts texts = (Texts) other;
            add(texts.bytes, texts.start(row), texts.length(row));
        }
    }

    /// Lists: the elements of all rows one after the other.
    public static final class Lists extends Values {
        private final Values elements;
        private int[] ends = new int[16];

        private Lists(Values elements) {
            this.elements = elements;
        }

        /// The elements; append them, then call [#endList].
        public Values elements() {
            return elements;
        }

        /// Makes what was appended to the elements since the last list a list.
        public void endList() {
            end(size(), elements.size());
            next();
        }

        public void add(long... values) {
            for (long value : values) {
                ((Wholes) elements).add(value);
            }
            endList();
        }

        public void add(float... values) {
            for (float value : values) {
                ((Reals) elements).add(value);
            }
            endList();
        }

        public void add(List<String> values) {
            values.forEach(((Texts) elements)::add);
            endList();
        }

        public int start(int row) {
            return row == 0 ? 0 : ends[row - 1];
        }

        public int length(int row) {
            return ends[row] - start(row);
        }

        private void end(int row, int end) {
            if (row >= ends.length) {
                ends = Arrays.copyOf(ends, grown(ends.length, row + 1L));
            }
            ends[row] = end;
        }

        @Override
        void place(int row) {
            end(row, start(row));
        }

        @Override
        void copy(Values other, int row) {
            Lists lists = (Lists) other;
            for (int i = lists.start(row); i < lists.ends[row]; i++) {
                elements.copy(lists.elements, i);
            }
            endList();
        }

        @Override
        void truncate(int count) {
            super.truncate(count);
            elements.truncate(size() == 0 ? 0 : ends[size() - 1]);
        }
    }
}
