package dev.mobula.ranking.safety;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.calibration.Observations;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.IntStream;

/// The score from which a head acts: chosen on a calibration split by what it may cost, then frozen.
///
/// @param threshold scores at or above it act; above one when no score may
/// @param falsePositiveRate what it came to on the calibration split
public record OperatingPoint(
        Goal goal,
        double limit,
        double threshold,
        double falsePositiveRate,
        double precision,
        double recall) {

    /// What is limited.
    public enum Goal {
        /// The largest share of negatives that acts.
        FALSE_POSITIVE_RATE,
        /// The least share of positives among what acts.
        PRECISION,
        /// What a missed positive costs, when a false positive costs one: the total is least.
        COST;

        public String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private static final double NEVER = 2;

    public OperatingPoint {
        boolean share = goal != Goal.COST;
        if (!(limit >= 0) || (share && limit > 1) || Double.isInfinite(limit)) {
            throw new RankingException(
                    Code.INVALID_REQUEST, goal.label() + "=" + limit + ", must be 0..1, or a cost");
        }
    }

    public boolean acts(double score) {
        return score >= threshold;
    }

    /// The point of greatest recall within the limit, or of least cost. Labels above one half are positives.
    public static OperatingPoint choose(Goal goal, double limit, Observations observations) {
        int[] order =
                IntStream.range(0, observations.size())
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> -observations.scores()[i]))
                        .mapToInt(Integer::intValue)
                        .toArray();
        int positives = 0;
        for (double label : observations.labels()) {
            positives += label > .5 ? 1 : 0;
        }
        int negatives = order.length - positives;
        OperatingPoint best = at(goal, limit, NEVER, 0, 0, positives, negatives);
        double leastCost = limit * positives;
        int hits = 0;
        int falls = 0;
        for (int i = 0; i < order.length; i++) {
            boolean positive = observations.labels()[order[i]] > .5;
            hits += positive ? 1 : 0;
            falls += positive ? 0 : 1;
            double score = observations.scores()[order[i]];
            if (i + 1 < order.length && observations.scores()[order[i + 1]] == score) {
                continue;
            }
            double cost = limit * (positives - hits) + falls;
            boolean better =
                    switch (goal) {
                        case FALSE_POSITIVE_RATE -> falls <= limit * negatives;
                        case PRECISION -> hits >= limit * (hits + falls);
                        case COST -> cost < leastCost;
                    };
            if (better) {
                leastCost = cost;
                // Half-way to the next score, so that a last digit does not decide.
                double next = i + 1 < order.length ? observations.scores()[order[i + 1]] : score;
                double threshold = (score + next) / 2;
                best = at(goal, limit, threshold, hits, falls, positives, negatives);
            }
        }
        return best;
    }

    private static OperatingPoint at(
            Goal goal,
            double limit,
            double threshold,
            int hits,
            int falls,
            int positives,
            int negatives) {
        return new OperatingPoint(
                goal,
                limit,
                threshold,
                negatives == 0 ? 0 : (double) falls / negatives,
                hits + falls == 0 ? 1 : (double) hits / (hits + falls),
                positives == 0 ? 0 : (double) hits / positives);
    }
}
