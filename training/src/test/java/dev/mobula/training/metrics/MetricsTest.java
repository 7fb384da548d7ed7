package dev.mobula.training.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class MetricsTest {
    @Test
    void aRankingByHandGivesTheNumbersByHand() {
        RankingMetrics metrics =
                RankingMetrics.of(new int[] {5, 1, 7, 2}, 4, new int[] {1, 2, 9}, 4);
        double log3 = Math.log(3) / Math.log(2);
        double log5 = Math.log(5) / Math.log(2);
        assertThat(metrics.recall()).isEqualTo(2 / 3.0);
        assertThat(metrics.precision()).isEqualTo(.5);
        assertThat(metrics.averagePrecision()).isCloseTo((1 / 2.0 + 2 / 4.0) / 3, within(1e-12));
        assertThat(metrics.ndcg())
                .isCloseTo((1 / log3 + 1 / log5) / (1 + 1 / log3 + 1 / 2.0), within(1e-12));
    }

    @Test
    void aPerfectRankingHasEverythingAtOne() {
        int[] items = {1, 2, 3};
        assertThat(RankingMetrics.of(items, 3, items, 3)).isEqualTo(new RankingMetrics(1, 1, 1, 1));
    }

    @Test
    void everyMetricIsBetweenZeroAndOneAndMovingAHitUpNeverHurts() {
        Seeds.forAll(
                500,
                random -> {
                    int n = random.nextInt(2, 30);
                    int[] ranked = IntStream.range(0, n).toArray();
                    int[] relevant =
                            IntStream.range(0, n).filter(i -> random.nextInt(3) == 0).toArray();
                    int k = random.nextInt(1, n + 3);
                    RankingMetrics before = RankingMetrics.of(ranked, n, relevant, k);
                    for (double value :
                            new double[] {
                                before.recall(),
                                before.precision(),
                                before.ndcg(),
                                before.averagePrecision()
                            }) {
                        assertThat(value).isBetween(0.0, 1 + 1e-12);
                    }
                    int at = random.nextInt(1, n);
                    boolean up =
                            contains(relevant, ranked[at]) && !contains(relevant, ranked[at - 1]);
                    if (up) {
                        int moved = ranked[at];
                        ranked[at] = ranked[at - 1];
                        ranked[at - 1] = moved;
                        RankingMetrics after = RankingMetrics.of(ranked, n, relevant, k);
                        assertThat(after.ndcg()).isGreaterThanOrEqualTo(before.ndcg());
                        assertThat(after.averagePrecision())
                                .isGreaterThanOrEqualTo(before.averagePrecision());
                        assertThat(after.recall()).isGreaterThanOrEqualTo(before.recall());
                    }
                });
    }

    @Test
    void aucIsTheShareOfPairsInOrderWithTiesHalf() {
        Seeds.forAll(
                300,
                random -> {
                    double[] up =
                            random.ints(random.nextInt(1, 20), 0, 6).asDoubleStream().toArray();
                    double[] down =
                            random.ints(random.nextInt(1, 20), -2, 5).asDoubleStream().toArray();
                    double wins = 0;
                    for (double a : up) {
                        for (double b : down) {
                            wins += a > b ? 1 : a == b ? .5 : 0;
                        }
                    }
                    assertThat(Auc.of(up, down))
                            .isCloseTo(wins / up.length / down.length, within(1e-12));
                });
    }

    @Test
    void aucTakesBothZerosAsOneAndRefusesWhatIsNoNumber() {
        assertThat(Auc.of(new double[] {-0.0}, new double[] {0.0})).isEqualTo(.5);
        assertThatThrownBy(() -> Auc.of(new double[] {1, Double.NaN}, new double[] {0}))
                .hasMessageContaining("positive[1]=NaN");
        assertThatThrownBy(() -> Auc.of(new double[0], new double[] {0}))
                .hasMessageContaining("must not be empty");
    }

    private static boolean contains(int[] values, int value) {
        return IntStream.of(values).anyMatch(v -> v == value);
    }
}
