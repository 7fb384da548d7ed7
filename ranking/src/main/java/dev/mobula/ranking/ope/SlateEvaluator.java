package dev.mobula.ranking.ope;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.List;

/*
 * A slate of L slots, each drawn by itself; w_l is the ratio of the probabilities of what slot l showed, r_l what it
 * earned, R their sum.
 *
 *     IPS      mean (product of all w) R             unbiased, hopeless for long slates
 *     IIPS     mean sum w_l r_l                      slots do not influence one another
 *     RIPS     mean sum (w_1 ... w_l) r_l            a slot is influenced by those above it (a cascade)
 *     PI       mean (1 + sum (w_l - 1)) R            the slate earns the sum of unknown slot effects
 *
 * Swaminathan et al., Off-policy Evaluation for Slate Recommendation, 2017 (the pseudo-inverse has this form when slots
 * are drawn independently); McInerney et al., Counterfactual Evaluation of Slate Recommendations with Sequential Reward
 * Interactions, 2020; Li et al., Offline Evaluation of Ranking Policies with Click Models, 2018.
 */
/// Estimates what a slate policy would have earned, each estimator under its own assumption on how slots interact.
public record SlateEvaluator(int resamples, long seed) {
    private static final int ROUNDS = 0;
    private static final int WHOLE = 1;
    private static final int INDEPENDENT = 2;
    private static final int CASCADE = 3;
    private static final int PSEUDO_INVERSE = 4;
    private static final int COLUMNS = 5;

    /// Logged slates: per round and slot the ratio of probabilities and the reward.
    @SuppressWarnings("ArrayRecordComponent") // columns of a data set, handed over whole
    public record SlateLog(double[][] weights, double[][] rewards, long[] clusters) {
        public SlateLog {
            if (weights.length == 0
                    || weights.length != rewards.length
                    || weights.length != clusters.length) {
                throw new RankingException(
                        Code.INVALID_REQUEST,
                        "slate log of %d, %d and %d rounds"
                                .formatted(weights.length, rewards.length, clusters.length));
            }
            for (int round = 0; round < weights.length; round++) {
                for (double w : weights[round]) {
                    if (!(w >= 0) || Double.isInfinite(w)) {
                        throw new RankingException(
                                Code.NO_SUPPORT, "round " + round + ": a slot's weight is " + w);
                    }
                }
            }
        }
    }

    public List<Estimate> evaluate(SlateLog log) {
        double[][] columns = new double[COLUMNS][log.weights().length];
        for (int round = 0; round < log.weights().length; round++) {
            addRound(log.weights()[round], log.rewards()[round], columns, round);
        }
        ClusterBootstrap bootstrap = new ClusterBootstrap(log.clusters(), columns, resamples, seed);
        return List.of(
                bootstrap.estimate("IPS", s -> s[WHOLE] / s[ROUNDS]),
                bootstrap.estimate("IIPS", s -> s[INDEPENDENT] / s[ROUNDS]),
                bootstrap.estimate("RIPS", s -> s[CASCADE] / s[ROUNDS]),
                bootstrap.estimate("PI", s -> s[PSEUDO_INVERSE] / s[ROUNDS]));
    }

    private static void addRound(double[] w, double[] r, double[][] columns, int round) {
        double product = 1;
        double total = 0;
        double excess = 1;
        for (int slot = 0; slot < w.length; slot++) {
            product *= w[slot];
            total += r[slot];
            excess += w[slot] - 1;
            columns[INDEPENDENT][round] += w[slot] * r[slot];
            columns[CASCADE][round] += product * r[slot];
        }
        columns[ROUNDS][round] = 1;
        columns[WHOLE][round] = product * total;
        columns[PSEUDO_INVERSE][round] = excess * total;
    }
}
