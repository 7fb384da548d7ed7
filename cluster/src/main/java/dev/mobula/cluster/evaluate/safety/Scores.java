package dev.mobula.cluster.evaluate.safety;

import dev.mobula.ranking.calibration.Observations;
import dev.mobula.training.metrics.Auc;
import java.util.Arrays;
import java.util.SplittableRandom;

/// Figures of scores and outcomes, with bootstrap intervals.
final class Scores {
    private static final int RESAMPLES = 1_000;
    private static final double TAIL = .025;

    private Scores() {}

    /// A figure and the middle 95 % of its values over resamples.
    record Interval(double value, double lower, double upper) {}

    /// A figure of some of the rows.
    @FunctionalInterface
    interface Figure {
        double of(int[] rows);
    }

    static double auc(Observations seen) {
        return auc(seen, all(seen.size()));
    }

    static double auc(Observations seen, int[] rows) {
        double[] up = of(seen, rows, true);
        double[] down = of(seen, rows, false);
        return up.length == 0 || down.length == 0 ? Double.NaN : Auc.of(up, down);
    }

    private static double[] of(Observations seen, int[] rows, boolean positive) {
        return Arrays.stream(rows)
                .filter(row -> (seen.labels()[row] > .5) == positive)
                .mapToDouble(row -> seen.scores()[row])
                .toArray();
    }

    static Interval interval(int size, long seed, Figure figure) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] values = new double[RESAMPLES];
        int[] rows = new int[size];
        for (int round = 0; round < RESAMPLES; round++) {
            for (int i = 0; i < size; i++) {
                rows[i] = random.nextInt(size);
            }
            values[round] = figure.of(rows);
        }
        Arrays.sort(values);
        return new Interval(
                figure.of(all(size)),
                values[(int) (TAIL * RESAMPLES)],
                values[(int) ((1 - TAIL) * RESAMPLES) - 1]);
    }

    static int[] all(int size) {
        int[] all = new int[size];
        Arrays.setAll(all, i -> i);
        return all;
    }

    /// F1 of one class.
    static double f1(int[] truth, int[] said, int label) {
        double both = 0;
        double either = 0;
        for (int i = 0; i < truth.length; i++) {
            both += truth[i] == label && said[i] == label ? 1 : 0;
            either += (truth[i] == label ? 1 : 0) + (said[i] == label ? 1 : 0);
        }
        return either == 0 ? 0 : 2 * both / either;
    }

    static double macroF1(int[] truth, int[] said, int classes) {
        double sum = 0;
        for (int label = 0; label < classes; label++) {
            sum += f1(truth, said, label);
        }
        return sum / classes;
    }

    static double weightedF1(int[] truth, int[] said, int classes) {
        double sum = 0;
        for (int label = 0; label < classes; label++) {
            int own = label;
            sum += f1(truth, said, label) * Arrays.stream(truth).filter(t -> t == own).count();
        }
        return sum / truth.length;
    }
}
