package dev.mobula.ranking.experiment;

import static dev.mobula.ranking.experiment.ExperimentPlan.refused;

/// One arm's users in a few numbers: how many, and the moments of a metric over its base.
///
/// A mean per user has the base 1 for each user; a ratio such as clicks per impression has each user's impressions.
public final class Moments {
    private long users;
    private double metric;
    private double base;
    private double metricSquares;
    private double baseSquares;
    private double products;

    /// Adds one user's totals over the whole experiment; a user is added once.
    public void add(double userMetric, double userBase) {
        if (!Double.isFinite(userMetric) || !(userBase >= 0) || !Double.isFinite(userBase)) {
            throw refused("metric=" + userMetric + " over base=" + userBase + " is no outcome");
        }
        users++;
        metric += userMetric;
        base += userBase;
        metricSquares += userMetric * userMetric;
        baseSquares += userBase * userBase;
        products += userMetric * userBase;
    }

    public long users() {
        return users;
    }

    /// The metric over its base, over all users of the arm.
    public double ratio() {
        return base == 0 ? 0 : metric / base;
    }

    /// The variance of [#ratio], by the delta method, with users as the independent units.
    double variance() {
        if (users < 2 || base == 0) {
            return Double.POSITIVE_INFINITY;
        }
        double n = users;
        double metricMean = metric / n;
        double baseMean = base / n;
        double metricVariance = (metricSquares / n - metricMean * metricMean) * n / (n - 1);
        double baseVariance = (baseSquares / n - baseMean * baseMean) * n / (n - 1);
        double covariance = (products / n - metricMean * baseMean) * n / (n - 1);
        double ratio = ratio();
        double spread = metricVariance - 2 * ratio * covariance + ratio * ratio * baseVariance;
        return Math.max(0, spread) / (baseMean * baseMean * n);
    }
}
