package dev.mobula.ranking.notify.decision;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.experiment.SampleRatio;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.ope.BanditLog;
import dev.mobula.ranking.ope.Estimate;
import dev.mobula.ranking.ope.OffPolicyEvaluator;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// What holds at random are good for: judging, from the log alone, what sending adds.
final class RandomisedHoldsTest {
    private static final Rows ROWS = new Rows(1, 0, 1, 1);
    private static final double EXPLORATION = 0.2;
    private static final int HOLD = 0;
    private static final int SEND = 1;
    private static final double STANDARD_ERRORS = 2 * 1.96;

    private final Decider decider = new Decider(ROWS, EXPLORATION);
    private final Choice choice = new Choice();
    private final double[] rates = new double[SendTimeProfile.HOURS];

    RandomisedHoldsTest() {
        Arrays.fill(rates, 0.1);
    }

    private void decide(SplittableRandom random, double lift) {
        Opportunity at = new Opportunity(ROWS).person(0, 0, 0, 3, 3).hours(9, 0, rates, 30, 0.01);
        at.candidate(0, -1, Priority.NORMAL, 1, 24, false, new double[] {lift});
        decider.decide(at, Prices.free(ROWS), OpportunityCost.none(), random.nextDouble(), choice);
    }

    /// Decisions about people whom sending helps by what it was thought to.
    private BanditLog log(SplittableRandom random, int rounds) {
        int[] actions = new int[rounds];
        double[] propensities = new double[rounds];
        double[] rewards = new double[rounds];
        long[] users = new long[rounds];
        double[][] contexts = new double[rounds][];
        for (int i = 0; i < rounds; i++) {
            double lift = random.nextDouble(-0.1, 0.2);
            decide(random, lift);
            boolean sends = choice.action() == Action.SEND_NOW || choice.action() == Action.SEND_AT;
            actions[i] = sends ? SEND : HOLD;
            propensities[i] = choice.propensity();
            rewards[i] = random.nextDouble() < 0.3 + (sends ? lift : 0) ? 1 : 0;
            users[i] = i / 2;
            contexts[i] = new double[] {1, lift};
        }
        return new BanditLog(2, actions, propensities, rewards, users, contexts);
    }

    @Test
    void sendsAndHoldsAreAsManyAsTheirLoggedProbabilitiesSayAndALossInTheLogShows() {
        SplittableRandom random = new SplittableRandom(3);
        long[] drawn = new long[2];
        long[] lossy = new long[2];
        for (int i = 0; i < 50_000; i++) {
            decide(random, 0.1);
            int arm = choice.explored() ? 1 : 0;
            drawn[arm]++;
            lossy[arm] += arm == 0 || random.nextInt(8) > 0 ? 1 : 0;
        }
        int[] weights = {(int) (100 * (1 - EXPLORATION)), (int) (100 * EXPLORATION)};
        assertThat(SampleRatio.of(drawn, weights).isBroken()).isFalse();
        assertThat(SampleRatio.of(lossy, weights).isBroken()).isTrue();
    }

    /// Two halves of one world do not differ, and the intervals say so as often as they promise.
    @Test
    void twoHalvesOfOneWorldDifferByNothingInNinetyThreeOfAHundred() {
        SplittableRandom random = new SplittableRandom(11);
        int covered = 0;
        for (int world = 0; world < 100; world++) {
            Estimate one = alwaysSending(log(random, 500));
            Estimate other = alwaysSending(log(random, 500));
            double error = Math.hypot(width(one), width(other)) / STANDARD_ERRORS;
            covered += Math.abs(one.value() - other.value()) <= 1.96 * error ? 1 : 0;
        }
        assertThat(covered).isGreaterThanOrEqualTo(93);
    }

    private static Estimate alwaysSending(BanditLog log) {
        OffPolicyEvaluator evaluator = new OffPolicyEvaluator(50, 100, 2, 200, 5);
        return evaluator.estimates(log, (round, action) -> action == SEND ? 1 : 0).stream()
                .filter(estimate -> estimate.estimator().equals("DR"))
                .findFirst()
                .orElseThrow();
    }

    private static double width(Estimate estimate) {
        return estimate.upper() - estimate.lower();
    }
}
