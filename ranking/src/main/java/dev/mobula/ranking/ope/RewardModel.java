package dev.mobula.ranking.ope;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/*
 * Logistic regression on the context and on which action it was, fitted by Newton's method with a small ridge. Each
 * round is predicted by a model that saw no round of its cluster: a model that had would make doubly robust estimates
 * look better than they are.
 */
/// Expected rewards of every action in every logged round, cross-fitted.
public final class RewardModel {
    private static final double RIDGE = 1e-3;
    private static final int STEPS_MAX = 30;
    private static final double TOLERANCE = 1e-8;

    private final int actionCount;
    private final double[] predictions;

    private RewardModel(int actionCount, double[] predictions) {
        this.actionCount = actionCount;
        this.predictions = predictions;
    }

    /// Fits on all folds but a round's own and predicts it.
    public static RewardModel crossFitted(BanditLog log, int folds, long seed) {
        int[] foldOf = foldsByCluster(log, folds, seed);
        double[] predictions = new double[log.rounds() * log.actionCount()];
        for (int fold = 0; fold < folds; fold++) {
            int held = fold;
            int[] train = IntStream.range(0, log.rounds()).filter(i -> foldOf[i] != held).toArray();
            double[] weights = fit(log, train);
            for (int round = 0; round < log.rounds(); round++) {
                if (foldOf[round] == fold) {
                    predict(log, weights, round, predictions);
                }
            }
        }
        return new RewardModel(log.actionCount(), predictions);
    }

    public double predict(int round, int action) {
        return predictions[round * actionCount + action];
    }

    private static int[] foldsByCluster(BanditLog log, int folds, long seed) {
        long salt = new SplittableRandom(seed).nextLong();
        int[] foldOf = new int[log.rounds()];
        for (int round = 0; round < foldOf.length; round++) {
            foldOf[round] = new SplittableRandom(log.clusters()[round] ^ salt).nextInt(folds);
        }
        return foldOf;
    }

    private static int width(BanditLog log) {
        return log.contexts()[0].length + log.actionCount();
    }

    private static double[] fit(BanditLog log, int[] train) {
        int width = width(log);
        double[] weights = new double[width];
        for (int step = 0; step < STEPS_MAX; step++) {
            double[] change = newtonStep(log, train, weights);
            double largest = 0;
            for (int j = 0; j < width; j++) {
                weights[j] += change[j];
                largest = Math.max(largest, Math.abs(change[j]));
            }
            if (largest < TOLERANCE) {
                break;
            }
        }
        return weights;
    }

    private static double[] newtonStep(BanditLog log, int[] train, double[] weights) {
        int d = log.contexts()[0].length;
        int width = weights.length;
        double[] gradient = new double[width];
        double[][] hessian = new double[width][width];
        for (int j = 0; j < width; j++) {
            gradient[j] = -RIDGE * weights[j];
            hessian[j][j] = RIDGE;
        }
        for (int round : train) {
            double[] x = log.contexts()[round];
            int own = d + log.actions()[round];
            double p = sigmoid(logit(x, weights, log.actions()[round]));
            double error = log.rewards()[round] - p;
            double curvature = p * (1 - p);
            for (int i = 0; i < d; i++) {
                gradient[i] += error * x[i];
                hessian[own][i] += curvature * x[i];
                if (x[i] != 0) {
                    for (int j = 0; j <= i; j++) {
                        hessian[i][j] += curvature * x[i] * x[j];
                    }
                }
            }
            gradient[own] += error;
            hessian[own][own] += curvature;
        }
        return Cholesky.solve(hessian, gradient);
    }

    private static double logit(double[] x, double[] weights, int action) {
        double sum = weights[x.length + action];
        for (int i = 0; i < x.length; i++) {
            sum += weights[i] * x[i];
        }
        return sum;
    }

    private static void predict(BanditLog log, double[] weights, int round, double[] predictions) {
        for (int action = 0; action < log.actionCount(); action++) {
            predictions[round * log.actionCount() + action] =
                    sigmoid(logit(log.contexts()[round], weights, action));
        }
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }

    /// The same prediction everywhere: what a doubly robust estimate falls back to.
    static RewardModel constant(BanditLog log, double value) {
        double[] predictions = new double[log.rounds() * log.actionCount()];
        Arrays.fill(predictions, value);
        return new RewardModel(log.actionCount(), predictions);
    }
}
