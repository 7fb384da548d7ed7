package dev.mobula.training.world;

/// The space in which tastes and items lie: directions of length 1, strung together in one array.
final class Latent {
    static final int DIMENSION = 16;

    private Latent() {}

    static void addScaled(float[] from, int at, double scale, double[] onto) {
        for (int d = 0; d < DIMENSION; d++) {
            onto[d] += scale * from[at * DIMENSION + d];
        }
    }

    /// Adds a random vector of about this length.
    static void addNoise(Noise noise, double length, double[] onto) {
        double scale = length / StrictMath.sqrt(DIMENSION);
        for (int d = 0; d < DIMENSION; d++) {
            onto[d] += scale * noise.gaussian();
        }
    }

    /// Stores the direction of a vector.
    static void store(double[] vector, float[] into, int at) {
        double squares = 0;
        for (double x : vector) {
            squares += x * x;
        }
        double scale = 1 / StrictMath.sqrt(squares);
        for (int d = 0; d < DIMENSION; d++) {
            into[at * DIMENSION + d] = (float) (vector[d] * scale);
        }
    }

    /// The cosine of two stored directions, always added up in the same order.
    static double cosine(float[] one, int oneAt, float[] other, int otherAt) {
        int a = oneAt * DIMENSION;
        int b = otherAt * DIMENSION;
        float even = 0;
        float odd = 0;
        for (int d = 0; d < DIMENSION; d += 2) {
            even += one[a + d] * other[b + d];
            odd += one[a + d + 1] * other[b + d + 1];
        }
        return even + odd;
    }
}
