package dev.mobula.ranking.exploration;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;

/*
 * Li et al., A Contextual-Bandit Approach to Personalized News Article Recommendation, 2010, disjoint model. Per arm
 * A = I + sum x x', b = sum r x; the score is theta' x + alpha sqrt(x' A^-1 x), theta = A^-1 b. A^-1 itself is kept and
 * updated by Sherman and Morrison's formula, d^2 steps per reward. The formula loses digits over many updates, so the
 * inverse is made symmetric again in each.
 *
 * Optimism alone picks one arm with certainty, from which nothing can be learned about the others afterwards: so the
 * choice is mixed with a uniform one.
 */
/// Linear bandit with upper confidence bounds, mixed with a share of uniform choice. Owned by one thread.
public final class LinUcb {
    private static final int DIMENSIONS_MAX = 32;

    private final int dimensions;
    private final double optimism;
    private final double uniformShare;
    private final double[][] inverses;
    private final double[][] sums;
    private final double[] scratch;

    public LinUcb(int arms, int dimensions, double optimism, double uniformShare) {
        if (arms < 1
                || arms > ArmDistribution.ARMS_MAX
                || dimensions < 1
                || dimensions > DIMENSIONS_MAX
                || !(optimism >= 0)
                || !(uniformShare > 0 && uniformShare <= 1)) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "arms=%d dimensions=%d optimism=%s uniformShare=%s"
                            .formatted(arms, dimensions, optimism, uniformShare));
        }
        this.dimensions = dimensions;
        this.optimism = optimism;
        this.uniformShare = uniformShare;
        this.inverses = new double[arms][dimensions * dimensions];
        this.sums = new double[arms][dimensions];
        this.scratch = new double[dimensions];
        for (double[] inverse : inverses) {
            for (int i = 0; i < dimensions; i++) {
                inverse[i * dimensions + i] = 1;
            }
        }
    }

    /// The distribution for a context: the best bound gets what the uniform share leaves, equally if several tie.
    public ArmDistribution distribution(long[] arms, double[] context) {
        double[] weights = new double[arms.length];
        double best = Double.NEGATIVE_INFINITY;
        int ties = 0;
        for (int arm = 0; arm < arms.length; arm++) {
            weights[arm] = bound(arm, context);
            if (weights[arm] > best) {
                best = weights[arm];
                ties = 0;
            }
            ties += weights[arm] == best ? 1 : 0;
        }
        for (int arm = 0; arm < arms.length; arm++) {
            double greedy = weights[arm] == best ? (1 - uniformShare) / ties : 0;
            weights[arm] = greedy + uniformShare / arms.length;
        }
        return ArmDistribution.normalised(arms, weights);
    }

    /// Expected reward plus optimism.
    double bound(int arm, double[] context) {
        double[] inverse = inverses[arm];
        double mean = 0;
        double width = 0;
        for (int i = 0; i < dimensions; i++) {
            double row = 0;
            for (int j = 0; j < dimensions; j++) {
                row += inverse[i * dimensions + j] * context[j];
            }
            mean += row * sums[arm][i];
            width += row * context[i];
        }
        return mean + optimism * Math.sqrt(Math.max(0, width));
    }

    /// Learns one reward.
    public void learn(int arm, double[] context, double reward) {
        if (context.length != dimensions || !Double.isFinite(reward)) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "context of %d values for dimensions=%d, reward=%s"
                            .formatted(context.length, dimensions, reward));
        }
        double[] inverse = inverses[arm];
        double denominator = 1;
        for (int i = 0; i < dimensions; i++) {
            scratch[i] = 0;
            for (int j = 0; j < dimensions; j++) {
                scratch[i] += inverse[i * dimensions + j] * context[j];
            }
            denominator += scratch[i] * context[i];
            sums[arm][i] += reward * context[i];
        }
        for (int i = 0; i < dimensions; i++) {
            for (int j = 0; j <= i; j++) {
                double value = inverse[i * dimensions + j] - scratch[i] * scratch[j] / denominator;
                inverse[i * dimensions + j] = value;
                inverse[j * dimensions + i] = value;
            }
        }
    }
}
