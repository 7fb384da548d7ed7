package dev.mobula.ranking.exploration;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.SplittableRandom;

/*
 * The probability that an arm is best under its posterior has no closed form, so it is measured: each of 1,000 seeded
 * draws takes one sample per arm and counts the winner. The slot is then drawn from those counts (mixed with a floor),
 * not from the posterior itself, so that what is logged is exactly what was drawn from.
 *
 * A beta variate is the share of one gamma variate in two; gammas by Marsaglia and Tsang's squeeze, 2000.
 */
/// Thompson sampling for rewards of 0 or 1, with Beta posteriors.
public final class ThompsonSampling {
    public static final int DRAWS = 1_000;

    private final double floor;

    /// @param floor the least probability of any arm.
    public ThompsonSampling(double floor) {
        if (!(floor >= 0) || floor * ArmDistribution.ARMS_MAX >= 1) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "floor=%s, must be 0..1/%d".formatted(floor, ArmDistribution.ARMS_MAX));
        }
        this.floor = floor;
    }

    /// A Beta posterior: the prior's counts plus those observed.
    public record Posterior(double successes, double failures) {
        public Posterior {
            if (!(successes > 0) || !(failures > 0)) {
                throw new RankingException(
                        Code.INVALID_REQUEST,
                        "Beta(" + successes + ", " + failures + ") needs both > 0");
            }
        }

        public Posterior after(boolean success) {
            return success
                    ? new Posterior(successes + 1, failures)
                    : new Posterior(successes, failures + 1);
        }

        public double mean() {
            return successes / (successes + failures);
        }
    }

    /// Win frequencies of the arms over the seeded draws, each at least the floor.
    public ArmDistribution distribution(long[] arms, Posterior[] posteriors, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] weights = new double[arms.length];
        for (int draw = 0; draw < DRAWS; draw++) {
            weights[winner(posteriors, random)] += 1.0 / DRAWS;
        }
        for (int arm = 0; arm < arms.length; arm++) {
            weights[arm] = floor + (1 - arms.length * floor) * weights[arm];
        }
        return ArmDistribution.normalised(arms, weights);
    }

    private static int winner(Posterior[] posteriors, SplittableRandom random) {
        int best = 0;
        double most = -1;
        for (int arm = 0; arm < posteriors.length; arm++) {
            double sample = beta(posteriors[arm], random);
            if (sample > most) {
                most = sample;
                best = arm;
            }
        }
        return best;
    }

    /// One sample of a Beta distribution.
    public static double beta(Posterior posterior, SplittableRandom random) {
        double successes = gamma(posterior.successes(), random);
        double failures = gamma(posterior.failures(), random);
        return successes / (successes + failures);
    }

    private static double gamma(double shape, SplittableRandom random) {
        if (shape < 1) {
            double boost = Math.pow(1 - random.nextDouble(), 1 / shape);
            return Math.max(Double.MIN_NORMAL, gamma(shape + 1, random) * boost);
        }
        double d = shape - 1.0 / 3;
        double c = 1 / Math.sqrt(9 * d);
        while (true) {
            double x = random.nextGaussian();
            double v = Math.pow(1 + c * x, 3);
            if (v > 0
                    && Math.log(1 - random.nextDouble())
                            < x * x / 2 + d - d * v + d * Math.log(v)) {
                return d * v;
            }
        }
    }
}
