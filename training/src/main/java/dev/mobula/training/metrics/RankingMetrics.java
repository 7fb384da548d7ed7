package dev.mobula.training.metrics;

import java.util.Arrays;

/// How well the first k of a ranking hold what is relevant; relevance is yes or no.
///
/// @param recall hits / relevant
/// @param precision hits / k
/// @param ndcg Σ 1/log₂(rank + 1) over the hits, divided by the same sum for a perfect ranking
/// @param averagePrecision Σ precision at each hit, divided by all relevant
public record RankingMetrics(
        double recall, double precision, double ndcg, double averagePrecision) {

    /// Judges the first `count` of `ranked`, of which at most k count, against the ascending `relevant`.
    public static RankingMetrics of(int[] ranked, int count, int[] relevant, int k) {
        int hits = 0;
        double gain = 0;
        double precisions = 0;
        for (int rank = 0; rank < Math.min(count, k); rank++) {
            if (Arrays.binarySearch(relevant, ranked[rank]) >= 0) {
                hits++;
                gain += discount(rank);
                precisions += hits / (rank + 1.0);
            }
        }
        double perfect = 0;
        for (int rank = 0; rank < Math.min(relevant.length, k); rank++) {
            perfect += discount(rank);
        }
        if (relevant.length == 0) {
            return new RankingMetrics(0, 0, 0, 0);
        }
        return new RankingMetrics(
                (double) hits / relevant.length,
                (double) hits / k,
                gain / perfect,
                precisions / relevant.length);
    }

    private static double discount(int rank) {
        return Math.log(2) / Math.log(rank + 2.0);
    }
}
