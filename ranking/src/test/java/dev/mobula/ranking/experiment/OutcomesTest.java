package dev.mobula.ranking.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.RankingException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class OutcomesTest {
    @Test
    void theTailProbabilitiesAreThoseOfTheTables() {
        // Chi-square tables: 3.841 and 5.991 and 18.307 at 5 %, 10.828 at 0.1 %.
        assertThat(probabilityOf(3.841459, 1)).isCloseTo(0.05, within(1e-6));
        assertThat(probabilityOf(10.827566, 1)).isCloseTo(0.001, within(1e-6));
        assertThat(probabilityOf(5.991465, 2)).isCloseTo(0.05, within(1e-6));
        assertThat(probabilityOf(0.5, 4)).isCloseTo(0.973501, within(1e-6));
        assertThat(probabilityOf(18.307038, 10)).isCloseTo(0.05, within(1e-6));
    }

    /// The probability for a chi-square value, from counts made to have it.
    private static double probabilityOf(double chiSquare, int freedom) {
        int arms = freedom + 1;
        long[] users = new long[arms];
        int[] weights = new int[arms];
        long each = 1_000_000_000_000L;
        java.util.Arrays.fill(users, each);
        java.util.Arrays.fill(weights, 1);
        long shift = Math.round(Math.sqrt(chiSquare * each / 2));
        users[0] += shift;
        users[1] -= shift;
        SampleRatio ratio = SampleRatio.of(users, weights);
        assertThat(ratio.chiSquare()).isCloseTo(chiSquare, within(1e-5));
        return ratio.probability();
    }

    @Test
    void aSoundSplitIsNotAlarmedAndALossOfUsersIs() {
        assertThat(SampleRatio.of(new long[] {30_100, 9_950}, new int[] {3, 1}).isBroken())
                .isFalse();
        assertThat(SampleRatio.of(new long[] {30_100, 9_600}, new int[] {3, 1}).isBroken())
                .isTrue();
        assertThat(SampleRatio.of(new long[] {0, 0}, new int[] {3, 1}).isBroken()).isFalse();
    }

    @Test
    void intervalsCoverTheTruthAsOftenAsTheySay() {
        SplittableRandom random = new SplittableRandom(7);
        int covered = 0;
        int runs = 1_000;
        for (int run = 0; run < runs; run++) {
            Comparison comparison = Comparison.of(arm(random, 400, 0.10), arm(random, 400, 0.13));
            covered += comparison.lower() <= 0.03 && comparison.upper() >= 0.03 ? 1 : 0;
        }
        assertThat(covered / (double) runs).isBetween(0.93, 0.97);
    }

    /// Users with very different numbers of impressions, whose clicks vary by user.
    private static Moments arm(SplittableRandom random, int users, double rate) {
        Moments moments = new Moments();
        for (int user = 0; user < users; user++) {
            int impressions = 1 + random.nextInt(random.nextInt(4) == 0 ? 60 : 6);
            double own = rate * 2 * random.nextDouble();
            int clicks = 0;
            for (int i = 0; i < impressions; i++) {
                clicks += random.nextDouble() < own ? 1 : 0;
            }
            moments.add(clicks, impressions);
        }
        return moments;
    }

    @Test
    void aLargeDifferenceIsSignificantAndNoneIsNot() {
        SplittableRandom random = new SplittableRandom(9);
        Moments control = arm(random, 5_000, 0.1);
        Comparison more = Comparison.of(control, arm(random, 5_000, 0.15));
        assertThat(more.isSignificant()).isTrue();
        assertThat(more.relative()).isCloseTo(0.5, within(0.15));
        assertThat(Comparison.of(control, control).isSignificant()).isFalse();
    }

    @Test
    void tooFewUsersOrNoNumberIsRefused() {
        assertThatThrownBy(() -> Comparison.of(new Moments(), new Moments()))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("users=0");
        assertThatThrownBy(() -> new Moments().add(Double.NaN, 1))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("NaN");
        assertThatThrownBy(() -> SampleRatio.of(new long[] {1}, new int[] {1, 2}))
                .isInstanceOf(RankingException.class);
    }
}
