package dev.mobula.training.metrics;

import dev.mobula.training.TrainingException;
import java.util.Arrays;

/// The probability that a positive scores above a negative; a tie counts half.
public final class Auc {
    private Auc() {}

    public static double of(double[] positives, double[] negatives) {
        if (positives.length == 0 || negatives.length == 0) {
            throw TrainingException.invalid(
                    "positives, negatives",
                    positives.length + ", " + negatives.length,
                    "must not be empty");
        }
        double[] up = sorted("positive", positives);
        double[] down = sorted("negative", negatives);
        double wins = 0;
        int below = 0;
        int notAbove = 0;
        for (double score : up) {
            while (below < down.length && down[below] < score) {
                below++;
            }
            while (notAbove < down.length && down[notAbove] <= score) {
                notAbove++;
            }
            wins += (below + notAbove) / 2.0;
        }
        return wins / up.length / down.length;
    }

    private static double[] sorted(String what, double[] scores) {
        double[] sorted = scores.clone();
        for (int i = 0; i < sorted.length; i++) {
            if (Double.isNaN(sorted[i])) {
                throw TrainingException.invalid(
                        what + "[" + i + "]", sorted[i], "must be a number");
            }
            sorted[i] += 0.0;
        }
        Arrays.sort(sorted);
        return sorted;
    }
}
