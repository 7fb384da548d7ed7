package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.Arrays;

/// Some rows of a file, as flat arrays that are filled again and again.
public final class VectorBatch {
    private final int dimension;
    private final int attributes;
    private final long[] ids;
    private final float[] vectors;
    private final long[] values;
    private int size;

    /// Room for `capacity` rows of a file with this dimension and this many attributes.
    public VectorBatch(int capacity, int dimension, int attributes) {
        if (capacity < 1 || dimension < 1 || (long) capacity * dimension > Integer.MAX_VALUE - 8) {
            throw invalid(
                    "capacity, dimension",
                    capacity + ", " + dimension,
                    "must be 1 or more and fit");
        }
        this.dimension = dimension;
        this.attributes = attributes;
        this.ids = new long[capacity];
        this.vectors = new float[capacity * dimension];
        this.values = new long[capacity * attributes];
    }

    public int capacity() {
        return ids.length;
    }

    public int size() {
        return size;
    }

    void size(int rows) {
        size = rows;
    }

    public int dimension() {
        return dimension;
    }

    public int attributes() {
        return attributes;
    }

    public long id(int row) {
        return ids[row];
    }

    /// A copy of the row's vector.
    public float[] vector(int row) {
        return Arrays.copyOfRange(vectors, row * dimension, (row + 1) * dimension);
    }

    /// All vectors one after the other; owned by the batch.
    public float[] vectors() {
        return vectors;
    }

    public long attribute(int row, int attribute) {
        return values[row * attributes + attribute];
    }

    void id(int row, long id) {
        ids[row] = id;
    }

    void component(int row, int index, float value) {
        vectors[row * dimension + index] = value;
    }

    void attribute(int row, int attribute, long value) {
        values[row * attributes + attribute] = value;
    }
}
