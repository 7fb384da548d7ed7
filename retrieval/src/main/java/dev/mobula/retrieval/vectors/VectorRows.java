package dev.mobula.retrieval.vectors;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// Float vectors as padded rows of one block outside the heap.
///
/// Filled once, then shared: rows must be written before other threads are given the object.
public final class VectorRows {
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);

    private final RowLayout layout;
    private final int count;
    private final MemorySegment segment;

    private VectorRows(RowLayout layout, int count, MemorySegment segment) {
        this.layout = layout;
        this.count = count;
        this.segment = segment;
    }

    /// Rows of zeros that live as long as the arena.
    public static VectorRows create(Arena arena, int dimension, int count) {
        RowLayout layout = new RowLayout(dimension);
        long bytes = layout.floatRowBytes() * count;
        return new VectorRows(layout, count, arena.allocate(bytes, RowLayout.LINE_BYTES));
    }

    public RowLayout layout() {
        return layout;
    }

    public int count() {
        return count;
    }

    /// The block itself, for the kernels.
    public MemorySegment segment() {
        return segment;
    }

    public long offset(int row) {
        return layout.floatRowBytes() * row;
    }

    /// Copies a prepared (padded) vector into a row.
    public void set(int row, float[] prepared) {
        setFrom(row, prepared, 0);
    }

    /// Copies a prepared vector that begins at `from` into a row.
    public void setFrom(int row, float[] prepared, int from) {
        Objects.checkIndex(row, count);
        MemorySegment.copy(prepared, from, segment, FLOAT, offset(row), layout.length());
    }

    /// Copies a row from another block of the same layout.
    public void setFrom(int row, MemorySegment source, long sourceOffset) {
        Objects.checkIndex(row, count);
        MemorySegment.copy(source, sourceOffset, segment, offset(row), layout.floatRowBytes());
    }

    /// The same rows, each with length one; rows of zeros stay zeros.
    public VectorRows normalised(Arena arena) {
        VectorRows directions = create(arena, layout.dimension(), count);
        float[] row = new float[layout.length()];
        for (int i = 0; i < count; i++) {
            get(i, row);
            double squares = 0;
            for (float value : row) {
                squares += (double) value * value;
            }
            double scale = squares == 0 ? 0 : 1 / Math.sqrt(squares);
            for (int j = 0; j < row.length; j++) {
                row[j] = (float) (row[j] * scale);
            }
            directions.set(i, row);
        }
        return directions;
    }

    /// Copies a row into an array of at least the padded length.
    public void get(int row, float[] into) {
        MemorySegment.copy(segment, FLOAT, offset(row), into, 0, layout.length());
    }
}
