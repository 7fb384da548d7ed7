package dev.mobula.ranking.ope;

import java.util.SplittableRandom;

/*
 * The generator of Open Bandit Pipeline's synthetic benchmark (Saito et al., 2021), shape for shape. Contexts are
 * normal; logits are linear in context, action and their product, each with a constant before it, with coefficients
 * uniform in [-1, 1], standardised over the batch; rewards are Bernoulli; the logging policy is a softmax of beta times
 * the expected reward. The policy to judge is learned on a batch of its own: multinomial logistic regression on
 * contexts, labels the logged actions, weights reward / propensity; its class probabilities are scores, of which the
 * policy is the softmax.
 */
/// A world whose policies' values are known, to measure estimators against.
public final class SyntheticBandit {
    private static final int LEARNING_STEPS = 300;

    private final int actions;
    private final int dimensions;
    private final double beta;
    private final SplittableRandom random;
    private final double[] contextEffect;
    private final double[] actionEffect;
    private final double[][] product;

    public SyntheticBandit(int actions, int dimensions, double beta, long seed) {
        this.actions = actions;
        this.dimensions = dimensions;
        this.beta = beta;
        this.random = new SplittableRandom(seed);
        this.contextEffect = random.doubles(dimensions + 1L, -1, 1).toArray();
        this.actionEffect = random.doubles(actions + 1L, -1, 1).toArray();
        this.product = new double[dimensions + 1][];
        for (int d = 0; d <= dimensions; d++) {
            product[d] = random.doubles(actions + 1L, -1, 1).toArray();
        }
    }

    /// A logged batch and what each action was truly worth in each round.
    @SuppressWarnings("ArrayRecordComponent") // a generated batch, handed over whole
    public record Batch(BanditLog log, double[][] expectedRewards) {
        /// What a policy is truly worth.
        public double valueOf(TargetPolicy policy) {
            double sum = 0;
            for (int round = 0; round < expectedRewards.length; round++) {
                for (int action = 0; action < expectedRewards[round].length; action++) {
                    sum += policy.probability(round, action) * expectedRewards[round][action];
                }
            }
            return sum / expectedRewards.length;
        }
    }

    public Batch sample(int rounds) {
        double[][] contexts = new double[rounds][dimensions];
        double[][] expected = new double[rounds][actions];
        for (int round = 0; round < rounds; round++) {
            for (int d = 0; d < dimensions; d++) {
                contexts[round][d] = random.nextGaussian();
            }
            for (int action = 0; action < actions; action++) {
                expected[round][action] = logit(contexts[round], action);
            }
        }
        toProbabilities(expected);
        int[] chosen = new int[rounds];
        double[] propensities = new double[rounds];
        double[] rewards = new double[rounds];
        long[] clusters = new long[rounds];
        for (int round = 0; round < rounds; round++) {
            double[] policy = softmax(expected[round], beta);
            chosen[round] = draw(policy);
            propensities[round] = policy[chosen[round]];
            rewards[round] = random.nextDouble() < expected[round][chosen[round]] ? 1 : 0;
            clusters[round] = round;
        }
        return new Batch(
                new BanditLog(actions, chosen, propensities, rewards, clusters, contexts),
                expected);
    }

    /// Index 0 of every coefficient is the constant's.
    private double logit(double[] context, int action) {
        double sum = actionEffect[0] + actionEffect[action + 1];
        for (int d = 0; d <= dimensions; d++) {
            double x = d == 0 ? 1 : context[d - 1];
            sum += x * (contextEffect[d] + product[d][0] + product[d][action + 1]);
        }
        return sum;
    }

    /// Logits to mean 0 and deviation 1 over the batch, then to probabilities.
    private static void toProbabilities(double[][] logits) {
        double sum = 0;
        double squares = 0;
        for (double[] row : logits) {
            for (double x : row) {
                sum += x;
                squares += x * x;
            }
        }
        double count = (double) logits.length * logits[0].length;
        double mean = sum / count;
        double deviation = Math.sqrt(squares / count - mean * mean);
        for (double[] row : logits) {
            for (int a = 0; a < row.length; a++) {
                row[a] = 1 / (1 + Math.exp((mean - row[a]) / deviation));
            }
        }
    }

    private static double[] softmax(double[] scores, double temperature) {
        double[] p = new double[scores.length];
        double max = Double.NEGATIVE_INFINITY;
        for (double score : scores) {
            max = Math.max(max, temperature * score);
        }
        double sum = 0;
        for (int a = 0; a < p.length; a++) {
            p[a] = Math.exp(temperature * scores[a] - max);
            sum += p[a];
        }
        for (int a = 0; a < p.length; a++) {
            p[a] /= sum;
        }
        return p;
    }

    private int draw(double[] p) {
        double uniform = random.nextDouble();
        for (int a = 0; a < p.length - 1; a++) {
            uniform -= p[a];
            if (uniform < 0) {
                return a;
            }
        }
        return p.length - 1;
    }

    /// Learns from one batch a policy, and tells what it would do in another.
    public TargetPolicy learnedOn(BanditLog train, BanditLog test) {
        double[][] weights = learn(train);
        double[][] policy = new double[test.rounds()][];
        for (int round = 0; round < policy.length; round++) {
            double[] classes = softmax(scores(weights, test.contexts()[round]), 1);
            policy[round] = softmax(classes, 1);
        }
        return (round, action) -> policy[round][action];
    }

    /// Multinomial logistic regression by accelerated gradient steps.
    private double[][] learn(BanditLog log) {
        double[] importance = new double[log.rounds()];
        double total = 0;
        for (int round = 0; round < importance.length; round++) {
            importance[round] = log.rewards()[round] / log.propensities()[round];
            total += importance[round];
        }
        double[][] weights = new double[actions][dimensions + 1];
        double[][] ahead = new double[actions][dimensions + 1];
        double[][] before = new double[actions][dimensions + 1];
        for (int step = 1; step <= LEARNING_STEPS; step++) {
            double[][] gradient = gradient(log, importance, ahead);
            double momentum = (step - 1.0) / (step + 2.0);
            for (int a = 0; a < actions; a++) {
                for (int d = 0; d <= dimensions; d++) {
                    weights[a][d] = ahead[a][d] + gradient[a][d] / total;
                    ahead[a][d] = weights[a][d] + momentum * (weights[a][d] - before[a][d]);
                    before[a][d] = weights[a][d];
                }
            }
        }
        return weights;
    }

    private double[][] gradient(BanditLog log, double[] importance, double[][] weights) {
        double[][] gradient = new double[actions][dimensions + 1];
        for (int round = 0; round < importance.length; round++) {
            if (importance[round] == 0) {
                continue;
            }
            double[] x = log.contexts()[round];
            double[] p = softmax(scores(weights, x), 1);
            for (int a = 0; a < actions; a++) {
                double error = importance[round] * ((log.actions()[round] == a ? 1 : 0) - p[a]);
                for (int d = 0; d < dimensions; d++) {
                    gradient[a][d] += error * x[d];
                }
                gradient[a][dimensions] += error;
            }
        }
        return gradient;
    }

    private double[] scores(double[][] weights, double[] x) {
        double[] scores = new double[actions];
        for (int a = 0; a < actions; a++) {
            scores[a] = weights[a][dimensions];
            for (int d = 0; d < dimensions; d++) {
                scores[a] += weights[a][d] * x[d];
            }
        }
        return scores;
    }
}
