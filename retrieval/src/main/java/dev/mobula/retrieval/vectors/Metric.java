package dev.mobula.retrieval.vectors;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.kernels.Kernels;

/// What "near" means. A score is larger for nearer vectors; a distance, used inside, is minus the score.
public enum Metric {
    /// Score is the dot product; longer vectors win.
    INNER_PRODUCT,
    /// Score is the cosine of the angle; vectors are stored with length one.
    COSINE,
    /// Score is minus the squared Euclidean distance.
    SQUARED_L2;

    private static final Kernels KERNELS = Kernels.best();

    /// Checks a vector and returns it as this metric stores it: padded with zeros, of length one for cosine.
    ///
    /// @param name what the vector belongs to, for the text of the refusal
    public float[] prepared(String name, float[] vector, int dimension) {
        float[] padded = new float[Kernels.padded(dimension)];
        prepare(name, vector, dimension, padded);
        return padded;
    }

    /// As [#prepared], into an array of the caller's whose tail beyond the dimension is zero.
    public void prepare(String name, float[] vector, int dimension, float[] into) {
        if (vector.length != dimension) {
            throw invalid(name + ".length", vector.length, "must be " + dimension);
        }
        for (int i = 0; i < dimension; i++) {
            if (!Float.isFinite(vector[i])) {
                throw invalid(name + "[" + i + "]", vector[i], "must be finite");
            }
        }
        System.arraycopy(vector, 0, into, 0, dimension);
        if (this == COSINE) {
            normalise(name, into, dimension);
        }
    }

    /// Smaller is nearer.
    public float distance(float[] a, int fromA, float[] b, int fromB, int length) {
        return this == SQUARED_L2
                ? KERNELS.squaredDistance(a, fromA, b, fromB, length)
                : -KERNELS.dot(a, fromA, b, fromB, length);
    }

    private static void normalise(String name, float[] vector, int dimension) {
        double squares = 0;
        for (int i = 0; i < dimension; i++) {
            squares += (double) vector[i] * vector[i];
        }
        if (squares == 0) {
            throw invalid(name, "all zeros", "has no direction, which COSINE needs");
        }
        double scale = 1 / Math.sqrt(squares);
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) (vector[i] * scale);
        }
    }
}
