package dev.mobula.ranking.ope;

/*
 * Distribution function: Abramowitz and Stegun 26.2.17, error below 7.5e-8. Its inverse: bisection, since it is asked
 * for a handful of values.
 */
/// The standard normal distribution.
final class Normal {
    private static final double[] COEFFICIENTS = {
        0.319381530, -0.356563782, 1.781477937, -1.821255978, 1.330274429
    };
    private static final double SCALE = 0.2316419;
    private static final double EDGE = 8;
    private static final int HALVINGS = 60;

    private Normal() {}

    static double cumulative(double x) {
        double t = 1 / (1 + SCALE * Math.abs(x));
        double polynomial = 0;
        for (int i = COEFFICIENTS.length - 1; i >= 0; i--) {
            polynomial = t * (COEFFICIENTS[i] + polynomial);
        }
        double tail = Math.exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * polynomial;
        return x >= 0 ? 1 - tail : tail;
    }

    static double quantile(double probability) {
        double low = -EDGE;
        double high = EDGE;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = (low + high) / 2;
            if (cumulative(middle) < probability) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
