package dev.mobula.training.safety;

import java.util.Arrays;

/*
 * Logistic regression on a few scores, none of which may count against: log loss plus half of HELD * ((w - w0) / w0)^2,
 * where w0 shares the slope that each score would have alone. One Newton step per weight in turn, cut off at zero. Few
 * observations leave the weights near equal parts.
 */
/// Weights that are not negative, for scores that each are a sign of the same.
final class PositiveWeights {
    private static final double HELD = 4;
    private static final int ROUNDS_MAX = 200;
    private static final double TOLERANCE = 1e-7;
    private static final double LEAST = 1e-4;

    private PositiveWeights() {}

    /// The weights, and the shift last. Rows whose target is not known count nothing.
    static double[] fit(double[][] inputs, double[] targets) {
        int width = inputs.length == 0 ? 0 : inputs[0].length;
        double[] weights = new double[width + 1];
        double[] start = new double[width];
        for (int j = 0; j < width; j++) {
            double[] alone = new double[2];
            int column = j;
            double[][] one =
                    Arrays.stream(inputs)
                            .map(row -> new double[] {row[column]})
                            .toArray(double[][]::new);
            descend(one, targets, alone, new double[] {1}, 1e-3);
            start[j] = Math.max(LEAST, alone[0] / width);
        }
        System.arraycopy(start, 0, weights, 0, width);
        descend(inputs, targets, weights, start, HELD);
        return weights;
    }

    private static void descend(
            double[][] inputs, double[] targets, double[] weights, double[] start, double held) {
        int width = start.length;
        double[] margins = new double[inputs.length];
        for (int i = 0; i < inputs.length; i++) {
            margins[i] = weights[width];
            for (int j = 0; j < width; j++) {
                margins[i] += weights[j] * inputs[i][j];
            }
        }
        for (int round = 0; round < ROUNDS_MAX; round++) {
            double moved = 0;
            for (int j = 0; j <= width; j++) {
                double pull = j < width ? held / (start[j] * start[j]) : 1e-6;
                double gradient = j < width ? pull * (weights[j] - start[j]) : pull * weights[j];
                double curvature = pull;
                for (int i = 0; i < inputs.length; i++) {
                    if (!Double.isNaN(targets[i])) {
                        double x = j < width ? inputs[i][j] : 1;
                        double p = 1 / (1 + Math.exp(-margins[i]));
                        gradient += (p - targets[i]) * x;
                        curvature += Math.max(p * (1 - p), .05) * x * x;
                    }
                }
                double next = weights[j] - gradient / curvature;
                double change = (j < width ? Math.max(0, next) : next) - weights[j];
                weights[j] += change;
                moved = Math.max(moved, Math.abs(change));
                for (int i = 0; i < inputs.length; i++) {
                    margins[i] += change * (j < width ? inputs[i][j] : 1);
                }
            }
            if (moved < TOLERANCE) {
                return;
            }
        }
    }
}
