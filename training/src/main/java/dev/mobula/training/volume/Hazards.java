package dev.mobula.training.volume;

import static dev.mobula.training.TrainingException.invalid;

/// The most likely parameters of an event whose chance is `1 - exp(-hazard)`.
final class Hazards {
    /*
     * With a hazard z > 0 the likelihood of an event is 1 - exp(-z), of none exp(-z), so that
     *   d log L / d z = exp(-z) / (1 - exp(-z)) = 1 / (exp(z) - 1) for an event, and -1 for none.
     * The hazards here are sums of a few smooth parts; Adam over the whole data with a step that
     * shrinks finds the maximum to three digits in a few hundred passes, from zero.
     */
    private static final int PASSES = 500;
    private static final double STEP = 0.1;
    private static final double SLOWER_AFTER = 100;
    private static final double FIRST_MOMENT = 0.9;
    private static final double SECOND_MOMENT = 0.99;
    private static final double TINY = 1e-9;

    private Hazards() {}

    /// One row's hazard at some parameters.
    @FunctionalInterface
    interface Hazard {
        /// Writes the derivatives by all parameters, and returns the hazard.
        double at(int row, double[] parameters, double[] slope);
    }

    /// @param ridge how strongly parameters are drawn to where they start, in imagined rows
    static double[] fit(boolean[] happened, double[] start, double ridge, Hazard hazard) {
        if (!(ridge >= 0)) {
            throw invalid("ridge", ridge, "must not be negative");
        }
        int width = start.length;
        double[] parameters = start.clone();
        double[] mean = new double[width];
        double[] square = new double[width];
        for (int pass = 1; pass <= PASSES; pass++) {
            double[] gradient = gradient(happened, parameters, start, ridge, hazard);
            double step = STEP / Math.sqrt(1 + pass / SLOWER_AFTER);
            for (int j = 0; j < width; j++) {
                mean[j] = FIRST_MOMENT * mean[j] + (1 - FIRST_MOMENT) * gradient[j];
                square[j] =
                        SECOND_MOMENT * square[j] + (1 - SECOND_MOMENT) * gradient[j] * gradient[j];
                double first = mean[j] / (1 - Math.pow(FIRST_MOMENT, pass));
                double second = square[j] / (1 - Math.pow(SECOND_MOMENT, pass));
                parameters[j] += step * first / (Math.sqrt(second) + TINY);
            }
        }
        return parameters;
    }

    private static double[] gradient(
            boolean[] happened, double[] parameters, double[] start, double ridge, Hazard hazard) {
        int width = parameters.length;
        double[] gradient = new double[width];
        double[] slope = new double[width];
        for (int row = 0; row < happened.length; row++) {
            double z = Math.max(TINY, hazard.at(row, parameters, slope));
            double weight = happened[row] ? 1 / Math.expm1(z) : -1;
            for (int j = 0; j < width; j++) {
                gradient[j] += weight * slope[j];
            }
        }
        for (int j = 0; j < width; j++) {
            gradient[j] = (gradient[j] - ridge * (parameters[j] - start[j])) / happened.length;
        }
        return gradient;
    }

    /// The logarithm of the likelihood of one row.
    static double logLikelihood(boolean happened, double hazard) {
        double z = Math.max(TINY, hazard);
        return happened ? Math.log(-Math.expm1(-z)) : -z;
    }

    /// A weighted sum of features; the last weight is the constant.
    static double sum(double[] weights, int from, double[] row) {
        double sum = weights[from + row.length];
        for (int j = 0; j < row.length; j++) {
            sum += weights[from + j] * row[j];
        }
        return sum;
    }

    /// Adds what one part of a hazard, a function of such a sum, has for slopes.
    static void slopes(double[] slope, int from, double[] row, double bySum) {
        for (int j = 0; j < row.length; j++) {
            slope[from + j] = bySum * row[j];
        }
        slope[from + row.length] = bySum;
    }
}
