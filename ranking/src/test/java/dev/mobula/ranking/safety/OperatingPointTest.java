package dev.mobula.ranking.safety;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.calibration.Observations;
import dev.mobula.ranking.safety.OperatingPoint.Goal;
import dev.mobula.testing.Seeds;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class OperatingPointTest {
    @Test
    void noOtherThresholdWithinTheLimitFindsMore() {
        Seeds.forAll(
                300,
                random -> {
                    Observations seen = observations(random);
                    for (Goal goal : new Goal[] {Goal.FALSE_POSITIVE_RATE, Goal.PRECISION}) {
                        double limit = random.nextInt(11) / 10.0;
                        OperatingPoint point = OperatingPoint.choose(goal, limit, seen);
                        double best = 0;
                        for (double threshold : seen.scores()) {
                            double[] at = rates(seen, threshold);
                            boolean within =
                                    goal == Goal.PRECISION ? at[2] >= limit : at[1] <= limit;
                            best = within ? Math.max(best, at[0]) : best;
                        }
                        double[] chosen = rates(seen, point.threshold());
                        assertThat(chosen[0]).isEqualTo(best);
                        assertThat(point.recall()).isEqualTo(chosen[0]);
                        assertThat(point.falsePositiveRate()).isEqualTo(chosen[1]);
                    }
                });
    }

    @Test
    void theCostIsTheLeastOfAll() {
        Seeds.forAll(
                300,
                random -> {
                    Observations seen = observations(random);
                    double limit = random.nextInt(20);
                    OperatingPoint point = OperatingPoint.choose(Goal.COST, limit, seen);
                    double least = cost(seen, 2, limit);
                    for (double threshold : seen.scores()) {
                        least = Math.min(least, cost(seen, threshold, limit));
                    }
                    assertThat(cost(seen, point.threshold(), limit)).isEqualTo(least);
                });
    }

    @Test
    void aLimitOutOfRangeIsRefused() {
        assertThatThrownBy(
                        () ->
                                OperatingPoint.choose(
                                        Goal.PRECISION,
                                        1.5,
                                        new Observations(new double[0], new double[0])))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("precision=1.5");
    }

    private static double cost(Observations seen, double threshold, double missed) {
        double cost = 0;
        for (int i = 0; i < seen.size(); i++) {
            boolean acts = seen.scores()[i] >= threshold;
            cost += seen.labels()[i] > .5 ? (acts ? 0 : missed) : acts ? 1 : 0;
        }
        return cost;
    }

    /// Recall, false-positive rate, precision.
    private static double[] rates(Observations seen, double threshold) {
        double hits = 0;
        double falls = 0;
        double positives = 0;
        for (int i = 0; i < seen.size(); i++) {
            boolean acts = seen.scores()[i] >= threshold;
            boolean positive = seen.labels()[i] > .5;
            positives += positive ? 1 : 0;
            hits += acts && positive ? 1 : 0;
            falls += acts && !positive ? 1 : 0;
        }
        return new double[] {
            hits / positives,
            falls / (seen.size() - positives),
            hits + falls == 0 ? 1 : hits / (hits + falls)
        };
    }

    private static Observations observations(SplittableRandom random) {
        int size = 3 + random.nextInt(40);
        double[] scores = new double[size];
        double[] labels = new double[size];
        for (int i = 0; i < size; i++) {
            scores[i] = random.nextInt(12) / 12.0;
            labels[i] = random.nextInt(2);
        }
        labels[0] = 0;
        labels[1] = 1;
        return new Observations(scores, labels);
    }
}
