package dev.mobula.actors.feed;

import java.util.Optional;

/// The few sums over embeddings that a query needs.
final class Vectors {
    private Vectors() {}

    static double length(float[] vector) {
        double squares = 0;
        for (float x : vector) {
            squares += (double) x * x;
        }
        return Math.sqrt(squares);
    }

    /// The unit vector in this direction; nothing when there is no direction.
    static Optional<float[]> unit(double[] sum) {
        double squares = 0;
        for (double x : sum) {
            squares += x * x;
        }
        if (!(squares > 0) || Double.isInfinite(squares)) {
            return Optional.empty();
        }
        double scale = 1 / Math.sqrt(squares);
        float[] unit = new float[sum.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (sum[i] * scale);
        }
        return Optional.of(unit);
    }

    /// The cosine of two vectors; 0 where one is empty or has no length.
    static float cosine(float[] one, float[] other) {
        if (one.length != other.length || one.length == 0) {
            return 0;
        }
        float dot = 0;
        float ones = 0;
        float others = 0;
        for (int i = 0; i < one.length; i++) {
            dot += one[i] * other[i];
            ones += one[i] * one[i];
            others += other[i] * other[i];
        }
        double product = Math.sqrt((double) ones * others);
        return product > 0 ? (float) (dot / product) : 0;
    }
}
