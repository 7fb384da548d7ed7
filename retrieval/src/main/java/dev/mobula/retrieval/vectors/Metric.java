package dev.mobula.retrieval.vectors;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.kernels.Kernels;
import java.util.Arrays;
import java.util.Optional;

/// What "near" means. A score is larger for nearer vectors; a distance, used inside, is minus the score.
public enum Metric {
    /// Score is the dot product; longer vectors win.
    INNER_PRODUCT(0),
    /// Score is the cosine of the angle; vectors are stored with length one.
    COSINE(1),
    /// Score is minus the squared Euclidean distance.
    SQUARED_L2(2);

    private final int code;

    Metric(int code) {
        this.code = code;
    }

    // Apart, so that whoever only names a metric, in a command's help say, chooses no kernels.
    private static final class Chosen {
        static final Kernels KERNELS = Kernels.best();
    }

    /// The number that stands for this metric on disk; it never changes.
    public int code() {
        return code;
    }

    /// The metric that a number on disk stands for, if any.
    public static Optional<Metric> ofCode(int code) {
        return Arrays.stream(values()).filter(metric -> metric.code == code).findFirst();
    }

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
                ? Chosen.KERNELS.squaredDistance(a, fromA, b, fromB, length)
                : -Chosen.KERNELS.dot(a, fromA, b, fromB, length);
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
