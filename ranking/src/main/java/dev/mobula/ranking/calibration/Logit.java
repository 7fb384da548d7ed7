package dev.mobula.ranking.calibration;

/// Log odds, with probabilities kept off 0 and 1.
final class Logit {
    private static final double EDGE = 1e-7;

    private Logit() {}

    static double of(double probability) {
        double p = Math.clamp(probability, EDGE, 1 - EDGE);
        return Math.log(p / (1 - p));
    }

    static double inverse(double logit) {
        return 1 / (1 + Math.exp(-logit));
    }
}
