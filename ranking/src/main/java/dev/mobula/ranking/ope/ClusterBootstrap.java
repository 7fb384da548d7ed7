package dev.mobula.ranking.ope;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;

/*
 * Rounds of one user share luck, so whole users are resampled: as many as there are, with replacement, B times. An
 * estimator is a function of column sums; columns are added up per cluster once, and a resample is a weighted sum over
 * clusters.
 *
 * The interval is Efron's BCa: percentiles of the resampled estimates, moved for their bias (how many lie below the
 * estimate itself) and for the skewness of the influence of single clusters. Rewards are rare and weights are skewed, so
 * plain percentiles would miss the truth on the high side far more often than on the low one.
 *
 * Efron, Better Bootstrap Confidence Intervals, 1987.
 */
/// Intervals for statistics that are functions of column sums.
final class ClusterBootstrap {
    private static final double TAIL = 0.025;

    private final double[][] byCluster;
    private final double[] totals;
    private final double[][] resampled;

    /// @param columns values per round.
    ClusterBootstrap(long[] clusters, double[][] columns, int rounds, long seed) {
        Map<Long, Integer> index = new HashMap<>();
        for (long cluster : clusters) {
            index.putIfAbsent(cluster, index.size());
        }
        this.byCluster = new double[index.size()][columns.length];
        this.totals = new double[columns.length];
        for (int round = 0; round < clusters.length; round++) {
            double[] sums = byCluster[index.getOrDefault(clusters[round], 0)];
            for (int c = 0; c < columns.length; c++) {
                sums[c] += columns[c][round];
                totals[c] += columns[c][round];
            }
        }
        this.resampled = new double[rounds][columns.length];
        SplittableRandom random = new SplittableRandom(seed);
        for (double[] sums : resampled) {
            for (int draw = 0; draw < byCluster.length; draw++) {
                double[] cluster = byCluster[random.nextInt(byCluster.length)];
                for (int c = 0; c < sums.length; c++) {
                    sums[c] += cluster[c];
                }
            }
        }
    }

    int clusters() {
        return byCluster.length;
    }

    double[] totals() {
        return totals;
    }

    /// The statistic on the data and its interval.
    Estimate estimate(String name, ToDoubleFunction<double[]> statistic) {
        double value = statistic.applyAsDouble(totals);
        double[] values = Arrays.stream(resampled).mapToDouble(statistic).sorted().toArray();
        long below = Arrays.stream(values).filter(v -> v < value).count();
        long equal = Arrays.stream(values).filter(v -> v == value).count();
        double bias = Normal.quantile((below + equal / 2.0 + 0.5) / (values.length + 1.0));
        double skew = acceleration(statistic);
        return new Estimate(
                name,
                value,
                values[rank(bias, skew, TAIL, values.length)],
                values[rank(bias, skew, 1 - TAIL, values.length)]);
    }

    private static int rank(double bias, double skew, double tail, int count) {
        double z = bias + Normal.quantile(tail);
        double adjusted = Normal.cumulative(bias + z / (1 - skew * z));
        return Math.clamp(Math.round(adjusted * (count - 1)), 0, count - 1);
    }

    /// A sixth of the skewness of the statistic without one cluster, over all clusters.
    private double acceleration(ToDoubleFunction<double[]> statistic) {
        double[] without = new double[byCluster.length];
        double[] sums = new double[totals.length];
        for (int i = 0; i < without.length; i++) {
            for (int c = 0; c < sums.length; c++) {
                sums[c] = totals[c] - byCluster[i][c];
            }
            without[i] = statistic.applyAsDouble(sums);
        }
        double mean = Arrays.stream(without).average().orElse(0);
        double squares = 0;
        double cubes = 0;
        for (double x : without) {
            squares += (mean - x) * (mean - x);
            cubes += (mean - x) * (mean - x) * (mean - x);
        }
        return squares > 0 ? cubes / (6 * Math.pow(squares, 1.5)) : 0;
    }
}
