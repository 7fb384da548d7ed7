package dev.mobula.training.world;

import java.util.Arrays;

/// How unequal counts are: 0 when all are alike, near 1 when one has everything.
final class Gini {
    private Gini() {}

    static double of(double[] counts) {
        double[] sorted = counts.clone();
        Arrays.sort(sorted);
        double sum = 0;
        double ranked = 0;
        for (int i = 0; i < sorted.length; i++) {
            sum += sorted[i];
            ranked += (i + 1) * sorted[i];
        }
        return 2 * ranked / (sorted.length * sum) - (sorted.length + 1.0) / sorted.length;
    }
}
