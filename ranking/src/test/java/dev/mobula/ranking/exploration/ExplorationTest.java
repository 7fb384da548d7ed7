package dev.mobula.ranking.exploration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.exploration.ThompsonSampling.Posterior;
import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class ExplorationTest {
    private static final int DRAWS = 1_000_000;

    @Test
    void aMillionDrawsOfThompsonSamplingFollowTheLoggedProbabilities() {
        Posterior[] posteriors = new Posterior[20];
        for (int arm = 0; arm < posteriors.length; arm++) {
            posteriors[arm] = new Posterior(1 + arm, 40);
        }
        assertFollows(new ThompsonSampling(0.002).distribution(arms(20), posteriors, 7));
    }

    @Test
    void aMillionDrawsOfLinUcbFollowTheLoggedProbabilities() {
        LinUcb bandit = new LinUcb(32, 3, 1, 0.2);
        bandit.learn(4, new double[] {1, 0, 0}, 1);
        assertFollows(bandit.distribution(arms(32), new double[] {1, 0.5, 0}));
    }

    @Test
    void aMillionDrawsOfTheRecoveringSoftmaxFollowTheLoggedProbabilities() {
        RecoveringSoftmax softmax = new RecoveringSoftmax(0.1, 0.017, 15);
        double[] effects = {0.1, 0.05, -0.1, 0};
        double[] days = {1, 30, RecoveringSoftmax.NEVER, 0};
        assertFollows(softmax.distribution(arms(4), effects, days));
    }

    /// Pearson's statistic against its mean and six standard deviations.
    private static void assertFollows(ArmDistribution distribution) {
        SplittableRandom random = new SplittableRandom(11);
        long[] counts = new long[distribution.arms().size()];
        for (int i = 0; i < DRAWS; i++) {
            counts[distribution.draw(random).index()]++;
        }
        double statistic = 0;
        int cells = 0;
        for (int arm = 0; arm < counts.length; arm++) {
            double expected = distribution.probabilities().get(arm) * DRAWS;
            if (expected > 0) {
                statistic += (counts[arm] - expected) * (counts[arm] - expected) / expected;
                cells++;
            } else {
                assertThat(counts[arm]).isZero();
            }
        }
        int freedom = cells - 1;
        assertThat(statistic).isLessThan(freedom + 6 * Math.sqrt(2.0 * freedom));
        assertThat(cells).isGreaterThan(1);
    }

    @Test
    void thompsonProbabilitiesAreThoseOfBeingBest() {
        // P(Beta(2,1) > Beta(1,1)) = 2/3
        Posterior[] posteriors = {new Posterior(2, 1), new Posterior(1, 1)};
        double sum = 0;
        for (long seed = 0; seed < 50; seed++) {
            sum += new ThompsonSampling(0).distribution(arms(2), posteriors, seed).probability(1);
        }
        assertThat(sum / 50).isCloseTo(2.0 / 3, within(0.01));
    }

    @Test
    void aBetaVariateHasItsMeanAndVariance() {
        for (Posterior p : List.of(new Posterior(0.3, 0.7), new Posterior(3, 9))) {
            SplittableRandom random = new SplittableRandom(3);
            double[] samples = new double[200_000];
            for (int i = 0; i < samples.length; i++) {
                samples[i] = ThompsonSampling.beta(p, random);
            }
            double mean = Arrays.stream(samples).average().orElseThrow();
            double variance =
                    Arrays.stream(samples)
                            .map(x -> (x - mean) * (x - mean))
                            .average()
                            .orElseThrow();
            double total = p.successes() + p.failures();
            assertThat(mean).isCloseTo(p.mean(), within(0.003));
            assertThat(variance)
                    .isCloseTo(
                            p.successes() * p.failures() / (total * total * (total + 1)),
                            within(0.002));
        }
    }

    @Test
    void everyArmHasAtLeastTheFloor() {
        Posterior[] posteriors = {new Posterior(1000, 1), new Posterior(1, 1000)};
        ArmDistribution distribution =
                new ThompsonSampling(0.01).distribution(arms(2), posteriors, 1);
        assertThat(distribution.probability(2)).isCloseTo(0.01, within(1e-12));
        assertThat(new LinUcb(2, 1, 1, 0.1).distribution(arms(2), new double[] {1}).probability(1))
                .isGreaterThanOrEqualTo(0.05);
    }

    @Test
    void oneSeedGivesOneDistribution() {
        Posterior[] posteriors = {new Posterior(3, 4), new Posterior(4, 3)};
        ThompsonSampling sampling = new ThompsonSampling(0.01);
        assertThat(sampling.distribution(arms(2), posteriors, 5))
                .isEqualTo(sampling.distribution(arms(2), posteriors, 5));
    }

    @Test
    void shermanAndMorrisonAgreeWithTheInverse() {
        Seeds.forAll(
                20,
                random -> {
                    int d = 1 + random.nextInt(6);
                    LinUcb bandit = new LinUcb(1, d, 0.7, 0.1);
                    double[][] a = new double[d][d];
                    double[] b = new double[d];
                    for (int i = 0; i < d; i++) {
                        a[i][i] = 1;
                    }
                    for (int round = 0; round < 50; round++) {
                        double[] x = random.doubles(d, -1, 1).toArray();
                        double reward = random.nextDouble();
                        bandit.learn(0, x, reward);
                        for (int i = 0; i < d; i++) {
                            b[i] += reward * x[i];
                            for (int j = 0; j < d; j++) {
                                a[i][j] += x[i] * x[j];
                            }
                        }
                    }
                    double[] x = random.doubles(d, -1, 1).toArray();
                    double mean = dot(x, solve(a, b));
                    double width = Math.sqrt(dot(x, solve(a, x)));
                    assertThat(bandit.bound(0, x)).isCloseTo(mean + 0.7 * width, within(1e-9));
                });
    }

    @Test
    void linUcbFindsTheBetterArmOfEachContext() {
        LinUcb bandit = new LinUcb(2, 2, 0.3, 0.1);
        SplittableRandom random = new SplittableRandom(1);
        for (int round = 0; round < 2_000; round++) {
            double[] x = random.nextBoolean() ? new double[] {1, 0} : new double[] {0, 1};
            ArmDistribution.Draw draw = bandit.distribution(arms(2), x).draw(random);
            boolean isRight = x[draw.index()] == 1;
            bandit.learn(draw.index(), x, random.nextDouble() < (isRight ? 0.6 : 0.3) ? 1 : 0);
        }
        assertThat(bandit.distribution(arms(2), new double[] {1, 0}).probability(1))
                .isCloseTo(0.95, within(1e-9));
        assertThat(bandit.distribution(arms(2), new double[] {0, 1}).probability(2))
                .isCloseTo(0.95, within(1e-9));
    }

    @Test
    void anArmJustSeenRecoversByHalfLives() {
        RecoveringSoftmax softmax = new RecoveringSoftmax(1, 1, 10);
        double[] same = {0, 0};
        double now =
                softmax.distribution(arms(2), same, new double[] {0, RecoveringSoftmax.NEVER})
                        .probability(1);
        double later =
                softmax.distribution(arms(2), same, new double[] {10, RecoveringSoftmax.NEVER})
                        .probability(1);
        assertThat(now).isCloseTo(1 / (1 + Math.E), within(1e-9));
        assertThat(later).isCloseTo(1 / (1 + Math.exp(0.5)), within(1e-9));
    }

    @Test
    void weightedEffectsAreFreeOfHowOftenAnArmWasChosen() {
        SplittableRandom random = new SplittableRandom(2);
        RecoveringSoftmax.Effect effect = RecoveringSoftmax.Effect.NONE;
        for (int round = 0; round < 200_000; round++) {
            boolean eager = random.nextBoolean(); // eager users act more and see the arm more
            double probability = eager ? 0.8 : 0.2;
            boolean chosen = random.nextDouble() < probability;
            double rate = (eager ? 0.4 : 0.2) * (chosen ? 1.5 : 1);
            effect = effect.after(chosen, probability, random.nextDouble() < rate ? 1 : 0);
        }
        assertThat(effect.value()).isCloseTo(0.5, within(0.03));
    }

    @Test
    void coldStartNeverSpendsMoreThanItSays() {
        ColdStart policy = new ColdStart(5, 10, 3, 1);
        SplittableRandom random = new SplittableRandom(1);
        long[] impressions = new long[40];
        int requests = 0;
        while (requests < 500) {
            List<ColdStart.NewItem> items = new ArrayList<>();
            for (int i = 0; i < impressions.length; i++) {
                items.add(new ColdStart.NewItem(i, impressions[i]));
            }
            List<ArmDistribution> slots = policy.distributions(items, requests);
            assertThat(slots.size()).isLessThanOrEqualTo(requests < 10 ? 3 : 1);
            Set<Long> page = new HashSet<>();
            for (ArmDistribution slot : slots) {
                ArmDistribution.Draw draw = slot.draw(random);
                assertThat(page.add(draw.arm())).isTrue();
                impressions[(int) draw.arm()]++;
            }
            requests++;
        }
        assertThat(impressions).containsOnly(5L);
        assertThat(Arrays.stream(impressions).sum()).isEqualTo(policy.impressionBudget(40));
    }

    @Test
    void aDistributionThatIsNoneIsRefusedByArmAndValue() {
        refuses(List.of(1L), List.of(0.9), "add up to 0.9");
        refuses(List.of(1L, 1L), List.of(.5, .5), "an arm is there twice");
        refuses(List.of(1L, 2L), List.of(-.5, 1.5), "arm 1 has probability -0.5");
        refuses(LongStream.range(0, 33).boxed().toList(), List.of(), "arms=33");
    }

    private static void refuses(List<Long> arms, List<Double> probabilities, String why) {
        assertThatThrownBy(() -> new ArmDistribution(arms, probabilities))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining(why);
    }

    private static long[] arms(int count) {
        return LongStream.rangeClosed(1, count).toArray();
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    private static double[] solve(double[][] matrix, double[] right) {
        int n = right.length;
        double[][] m = new double[n][];
        double[] x = right.clone();
        for (int i = 0; i < n; i++) {
            m[i] = matrix[i].clone();
        }
        for (int k = 0; k < n; k++) {
            for (int i = 0; i < n; i++) {
                if (i != k) {
                    double factor = m[i][k] / m[k][k];
                    for (int j = k; j < n; j++) {
                        m[i][j] -= factor * m[k][j];
                    }
                    x[i] -= factor * x[k];
                }
            }
        }
        for (int i = 0; i < n; i++) {
            x[i] /= m[i][i];
        }
        return x;
    }
}
