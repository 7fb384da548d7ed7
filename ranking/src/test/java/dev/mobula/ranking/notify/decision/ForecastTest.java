package dev.mobula.ranking.notify.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What a message is worth later: the cost of an opportunity, the hour at which it is opened.
final class ForecastTest {
    @Test
    void theFirstMessagesCostTheLeastAndMoreToComeMakesThemDearer() {
        Seeds.forAll(
                50,
                random -> {
                    OpportunityCost costs = OpportunityCost.of(random.doubles(40, -1, 1).toArray());
                    for (int m = 2; m <= OpportunityCost.SENDS_MAX; m++) {
                        for (int n = 2; n <= OpportunityCost.OPPORTUNITIES_MAX; n++) {
                            assertThat(costs.cost(m, n))
                                    .isLessThanOrEqualTo(costs.cost(m - 1, n) + 1e-12)
                                    .isGreaterThanOrEqualTo(costs.cost(m, n - 1) - 1e-12);
                        }
                    }
                });
    }

    /// Following the table earns what it promises.
    @Test
    void theTablesValueIsWhatItsPolicyEarns() {
        double[] sample = new SplittableRandom(3).doubles(200, -1, 2).toArray();
        OpportunityCost costs = OpportunityCost.of(sample);
        SplittableRandom random = new SplittableRandom(4);
        int runs = 100_000;
        double earned = 0;
        for (int run = 0; run < runs; run++) {
            int m = 3;
            for (int n = 12; n > 0; n--) {
                double s = sample[random.nextInt(sample.length)];
                if (m > 0 && s > costs.cost(m, n)) {
                    earned += s;
                    m--;
                }
            }
        }
        assertThat(earned / runs).isCloseTo(costs.value(3, 12), within(0.02));
    }

    @Test
    void aProfileStartsAsItsSegmentAndLearnsThePerson() {
        double[] segment = new double[SendTimeProfile.HOURS];
        Arrays.fill(segment, 0.1);
        SendTimeProfile profile = new SendTimeProfile();
        assertThat(profile.rates(segment, 5)).containsOnly(0.1);
        for (int week = 0; week < 100; week++) {
            profile.add(20, true, 1);
            profile.add(100, false, 1);
        }
        double[] rates = profile.rates(segment, 5);
        assertThat(rates[20]).isGreaterThan(0.85);
        assertThat(rates[100]).isLessThan(0.02);
        assertThat(rates[21]).isBetween(rates[60], rates[20]);
        assertThat(rates[60]).isCloseTo(0.1, within(1e-12));
    }

    @Test
    void theWeekIsACircle() {
        SendTimeProfile profile = new SendTimeProfile();
        profile.add(0, true, 0.5);
        double[] segment = new double[SendTimeProfile.HOURS];
        double[] rates = profile.rates(segment, 1);
        assertThat(rates[167]).isEqualTo(rates[1]).isPositive();
        assertThat(rates[166]).isEqualTo(rates[2]).isPositive();
    }

    /// An hour the old policy liked is not taken for one the person likes.
    @Test
    void exposuresAreWeighedAgainstTheOldPolicysHabits() {
        SplittableRandom random = new SplittableRandom(9);
        SendTimeProfile profile = new SendTimeProfile();
        for (int i = 0; i < 200_000; i++) {
            boolean evening = random.nextDouble() < 0.9;
            profile.add(evening ? 18 : 60, random.nextDouble() < 0.2, evening ? 0.9 : 0.1);
        }
        double[] segment = new double[SendTimeProfile.HOURS];
        double[] rates = profile.rates(segment, 1);
        assertThat(rates[18]).isCloseTo(0.2, within(0.01));
        assertThat(rates[60]).isCloseTo(0.2, within(0.01));
    }

    @Test
    void somebodyOfWhomNothingIsKnownHasNoBestHourAndHabitsShow() {
        assertThat(new SendTimeProfile().rates(5)).containsOnly(new SendTimeProfile().rates(5)[0]);
        SendTimeProfile evenings = new SendTimeProfile();
        evenings.add(20, 10L, 8L);
        evenings.add(9, 10L, 0L);
        double[] rates = evenings.rates(5);
        assertThat(rates[20]).isGreaterThan(1.5 * rates[9]).isGreaterThan(rates[100]);
        assertThat(rates[9]).isLessThan(rates[100]);
    }
}
