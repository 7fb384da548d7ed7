package dev.mobula.training.volume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.ope.BanditLog;
import dev.mobula.ranking.ope.PromotionGate;
import dev.mobula.ranking.ope.PromotionGate.Verdict;
import dev.mobula.training.TrainingException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// A policy learned from random holds, in a world where a message now makes the next ones worth less.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ConservativeQTest {
    private static final int HOLD = 0;
    private static final int SEND = 1;
    private static final int DAYS = 40;
    private static final double COST = 0.05;
    private static final double DISCOUNT = 0.9;

    private static final ConservativeQ.Settings SETTINGS =
            new ConservativeQ.Settings(DISCOUNT, 0.05, 16, 5_000, 128, 3e-3);

    private DecisionChain log;
    private ConservativeQ q;

    /// A person: comes anyway with `comes`, tires of messages, and leaves for good the sooner the more tired.
    private static final class Person {
        private final SplittableRandom random;
        private final double comes;
        private double tired;
        private boolean gone;

        private Person(SplittableRandom random) {
            this.random = random;
            this.comes = random.nextDouble(0.05, 0.5);
        }

        private double[] state() {
            return new double[] {comes, tired, 1 / (1 + tired)};
        }

        private double act(int action) {
            boolean here = random.nextDouble() < comes;
            if (action == SEND) {
                here |= random.nextDouble() < 0.6 * Math.exp(-tired);
                gone = random.nextDouble() < 0.002 * (1 + 4 * tired * tired);
                tired++;
            }
            tired *= 0.7;
            return (here ? 1 : 0) - (action == SEND ? COST : 0);
        }
    }

    private interface Rule {
        int choose(double[] state, SplittableRandom random);
    }

    /// What people do on average in all their days, those that come after they turned messages off among them.
    private static double worth(Rule rule, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double sum = 0;
        int people = 3_000;
        for (int u = 0; u < people; u++) {
            Person person = new Person(random.split());
            for (int day = 0; day < DAYS; day++) {
                sum += person.act(person.gone ? HOLD : rule.choose(person.state(), random));
            }
        }
        return sum / people;
    }

    private static DecisionChain record(int people, double sends, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<double[]> states = new ArrayList<>();
        List<double[]> rows = new ArrayList<>();
        for (int u = 0; u < people; u++) {
            Person person = new Person(random.split());
            for (int day = 0; day < DAYS && !person.gone; day++) {
                double[] state = person.state();
                int action = random.nextDouble() < sends ? SEND : HOLD;
                // What a person does of their own is theirs, before and after they have left.
                double reward = person.act(action) - person.comes;
                states.add(state);
                rows.add(
                        new double[] {
                            action,
                            action == SEND ? sends : 1 - sends,
                            reward,
                            person.gone ? 1 : 0,
                            u
                        });
            }
        }
        return new DecisionChain(
                2,
                states.toArray(double[][]::new),
                rows.stream().mapToInt(row -> (int) row[0]).toArray(),
                rows.stream().mapToDouble(row -> row[1]).toArray(),
                rows.stream().mapToDouble(row -> row[2]).toArray(),
                flags(rows),
                rows.stream().mapToLong(row -> (long) row[4]).toArray());
    }

    private static boolean[] flags(List<double[]> rows) {
        boolean[] ended = new boolean[rows.size()];
        for (int i = 0; i < ended.length; i++) {
            ended[i] = rows.get(i)[3] > 0;
        }
        return ended;
    }

    @BeforeAll
    void learn() {
        log = record(2_000, 0.5, 1);
        q = ConservativeQ.fit(log, SETTINGS, 7);
    }

    @Test
    void whatItLearnedFromRandomHoldsEarnsMoreThanAnyFixedHabit() {
        double learned = worth((state, random) -> q.best(state), 5);
        double never = worth((state, random) -> HOLD, 5);
        double always = worth((state, random) -> SEND, 5);
        double chance = worth((state, random) -> random.nextInt(2), 5);
        assertThat(learned)
                .as("never %s, always %s, by chance %s", never, always, chance)
                .isGreaterThan(1.02 * Math.max(never, Math.max(always, chance)));
        assertThat(q.best(new double[] {0.1, 0, 1})).as("rested, seldom here").isEqualTo(SEND);
        assertThat(q.best(new double[] {0.4, 2.5, 1 / 3.5})).as("tired").isEqualTo(HOLD);
    }

    @Test
    void oneSeedLearnsOneThing() {
        ConservativeQ.Settings few = new ConservativeQ.Settings(0.95, 0.1, 8, 50, 32, 3e-3);
        double[] state = {0.5, 1, 0.5};
        assertThat(ConservativeQ.fit(log, few, 3).values(state))
                .isEqualTo(ConservativeQ.fit(log, few, 3).values(state))
                .isNotEqualTo(ConservativeQ.fit(log, few, 4).values(state));
    }

    /// Where the log hardly ever sends, a cautious learner does not believe in sending.
    @Test
    void whatTheLogDoesNotShowIsDoubted() {
        DecisionChain holds = record(300, 0.01, 2);
        double[] state = {0.3, 0, 1};
        double bold = margin(holds, 0, state);
        double cautious = margin(holds, 2, state);
        assertThat(cautious).isLessThan(bold);
        assertThat(cautious).isNegative();
    }

    private static double margin(DecisionChain log, double caution, double[] state) {
        ConservativeQ.Settings settings =
                new ConservativeQ.Settings(0.9, caution, 16, 1_500, 64, 3e-3);
        double[] values = ConservativeQ.fit(log, settings, 1).values(state);
        return values[SEND] - values[HOLD];
    }

    private Verdict judge(DecisionChain chain, boolean learned) {
        double[] harm = new double[chain.size()];
        Arrays.setAll(harm, row -> chain.ended()[row] ? 1 : 0);
        BanditLog rounds =
                new BanditLog(
                        2,
                        chain.action(),
                        chain.propensity(),
                        chain.returns(0.8),
                        chain.users(),
                        chain.states());
        return new PromotionGate(0.01, 0.01, 1_000, 2, 300, 5)
                .judge(
                        rounds,
                        harm,
                        (round, action) -> {
                            double[] p = q.probabilities(chain.states()[round], 0.1);
                            return learned ? p[action] : p[1 - action];
                        },
                        (round, action) -> 0.5);
    }

    @Test
    void theGateLetsTheLearnedPolicyThroughAndNotItsOppositeNorAFewDecisions() {
        DecisionChain fresh = record(2_000, 0.5, 9);
        Verdict good = judge(fresh, true);
        assertThat(good.reasons()).isEmpty();
        assertThat(good.promotes()).isTrue();
        assertThat(good.reward().value()).isPositive();
        Verdict bad = judge(fresh, false);
        assertThat(bad.promotes()).isFalse();
        assertThat(bad.reasons()).anyMatch(reason -> reason.startsWith("reward may fall"));
        Verdict few = judge(record(10, 0.5, 9), true);
        assertThat(few.promotes()).isFalse();
        assertThat(few.reasons()).anyMatch(reason -> reason.startsWith("effective sample size"));
    }

    @Test
    void gradientsAreThoseOfFiniteDifferences() {
        SplittableRandom random = new SplittableRandom(3);
        SmallNet net = new SmallNet(3, 5, 2, random);
        double[] x = {0.3, -1.2, 0.7};
        double[] slopes = {0.4, -1.1};
        net.forward(x);
        net.backward(x, slopes);
        double[] gradient = net.gradient().clone();
        for (int i = 0; i < gradient.length; i++) {
            double before = net.weights()[i];
            net.weights()[i] = before + 1e-6;
            double up = loss(net.forward(x), slopes);
            net.weights()[i] = before - 1e-6;
            double down = loss(net.forward(x), slopes);
            net.weights()[i] = before;
            assertThat(gradient[i]).isCloseTo((up - down) / 2e-6, within(1e-6));
        }
    }

    private static double loss(double[] y, double[] slopes) {
        return y[0] * slopes[0] + y[1] * slopes[1];
    }

    @Test
    void decisionsWithoutAPropensityAreRefused() {
        double[][] state = {{1}};
        assertThatThrownBy(
                        () ->
                                new DecisionChain(
                                        2,
                                        state,
                                        new int[1],
                                        new double[1],
                                        new double[1],
                                        new boolean[1],
                                        new long[1]))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("decision 0 propensity=0");
    }
}
