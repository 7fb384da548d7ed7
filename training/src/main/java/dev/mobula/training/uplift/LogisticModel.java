package dev.mobula.training.uplift;

import static dev.mobula.training.TrainingException.invalid;

/// The chance of an event as a logistic function of a few features, fitted by Newton's method.
public final class LogisticModel {
    private static final int STEPS_MAX = 40;
    private static final double ARRIVED = 1e-9;
    private static final int FEATURES_MAX = 512;

    private final double[] weights;

    private LogisticModel(double[] weights) {
        this.weights = weights;
    }

    /// Fits `features[i]` to `hits[i]`; the last weight is the constant, which is not drawn to zero.
    ///
    /// @param ridge how strongly weights are drawn to zero, in imagined rows
    public static LogisticModel fit(double[][] features, boolean[] hits, double ridge) {
        if (features.length == 0 || features.length != hits.length || !(ridge >= 0)) {
            throw invalid(
                    "rows", features.length + " of " + hits.length, "must be some, ridge " + ridge);
        }
        int width = features[0].length + 1;
        if (width > FEATURES_MAX) {
            throw invalid("features", width - 1, "must be below " + FEATURES_MAX);
        }
        double[] weights = new double[width];
        for (int step = 0; step < STEPS_MAX; step++) {
            double[] move = newton(features, hits, ridge, weights);
            double size = 0;
            for (int j = 0; j < width; j++) {
                weights[j] += move[j];
                size += move[j] * move[j];
            }
            if (size < ARRIVED) {
                break;
            }
        }
        return new LogisticModel(weights);
    }

    private static double[] newton(
            double[][] features, boolean[] hits, double ridge, double[] weights) {
        int width = weights.length;
        double[] gradient = new double[width];
        double[][] curve = new double[width][width];
        for (int i = 0; i < features.length; i++) {
            double[] row = features[i];
            double p = chance(weights, row);
            double bend = Math.max(1e-9, p * (1 - p));
            double miss = (hits[i] ? 1 : 0) - p;
            for (int j = 0; j < width; j++) {
                double x = j < row.length ? row[j] : 1;
                gradient[j] += miss * x;
                for (int k = 0; k <= j; k++) {
                    curve[j][k] += bend * x * (k < row.length ? row[k] : 1);
                }
            }
        }
        for (int j = 0; j < width; j++) {
            double pull = j < width - 1 ? ridge : 1e-9;
            gradient[j] -= pull * weights[j];
            curve[j][j] += pull;
        }
        return solve(curve, gradient);
    }

    /// Solves with a positive definite matrix of which the lower half is given.
    private static double[] solve(double[][] lower, double[] right) {
        int n = right.length;
        for (int j = 0; j < n; j++) {
            for (int k = 0; k <= j; k++) {
                double sum = lower[j][k];
                for (int m = 0; m < k; m++) {
                    sum -= lower[j][m] * lower[k][m];
                }
                lower[j][k] = j == k ? Math.sqrt(Math.max(1e-12, sum)) : sum / lower[k][k];
            }
        }
        double[] x = right.clone();
        for (int j = 0; j < n; j++) {
            for (int k = 0; k < j; k++) {
                x[j] -= lower[j][k] * x[k];
            }
            x[j] /= lower[j][j];
        }
        for (int j = n - 1; j >= 0; j--) {
            for (int k = j + 1; k < n; k++) {
                x[j] -= lower[k][j] * x[k];
            }
            x[j] /= lower[j][j];
        }
        return x;
    }

    /// The chance for one row.
    public double chance(double[] row) {
        if (row.length != weights.length - 1) {
            throw invalid("features", row.length, "must be " + (weights.length - 1));
        }
        return chance(weights, row);
    }

    private static double chance(double[] weights, double[] row) {
        double sum = weights[weights.length - 1];
        for (int j = 0; j < row.length; j++) {
            sum += weights[j] * row[j];
        }
        return 1 / (1 + Math.exp(-sum));
    }
}
