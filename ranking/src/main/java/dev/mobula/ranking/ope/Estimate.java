package dev.mobula.ranking.ope;

/// A value with its 95 % interval.
public record Estimate(String estimator, double value, double lower, double upper) {
    public boolean covers(double truth) {
        return lower <= truth && truth <= upper;
    }
}
