package dev.mobula.ranking.ope;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/*
 * With w = pi_e(a) / pi_b(a), r the reward, q(a) the cross-fitted reward model and V = sum over a of pi_e(a) q(a):
 *
 *     DM         mean V                                  biased as far as the model is
 *     IPS        mean w r                                unbiased, noisy
 *     SNIPS      sum w r / sum w                         a little bias for much noise
 *     IPS-clip   mean min(w, c) r                        bias where the policies differ most
 *     DR         mean V + w (r - q)                      unbiased if either the model or the propensities are
 *     SNDR       mean V + sum w (r - q) / sum w
 *     Switch-DR  DR where w <= c, DM beyond              Wang et al., 2017
 *     DRos       DR with w shrunk to c w / (w^2 + c)     Su et al., 2020
 *
 * Dudik et al., Doubly Robust Policy Evaluation and Learning, 2011; Swaminathan and Joachims, The Self-Normalized
 * Estimator for Counterfactual Learning, 2015.
 */
/// Estimates what a policy would have earned, with user-clustered intervals, or refuses when the logs cannot tell.
///
/// @param effectiveSampleSizeMin less than this is refused.
/// @param clip the constant c above.
/// @param resamples bootstrap rounds.
public record OffPolicyEvaluator(
        double effectiveSampleSizeMin, double clip, int folds, int resamples, long seed) {
    private static final double UNSUPPORTED_MASS_MAX = 0.01;
    private static final double STANDARD_ERRORS_MAX = 3;
    private static final int NAMED_ACTIONS_MAX = 10;

    private static final int ROUNDS = 0;
    private static final int WEIGHTS = 1;
    private static final int WEIGHTED = 2;
    private static final int CLIPPED = 3;
    private static final int MODEL = 4;
    private static final int CORRECTION = 5;
    private static final int SWITCHED = 6;
    private static final int SHRUNK = 7;
    private static final int COLUMNS = 8;

    public OffPolicyEvaluator {
        if (!(effectiveSampleSizeMin >= 1) || !(clip > 0) || folds < 2 || resamples < 100) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "effectiveSampleSizeMin=%s clip=%s folds=%d resamples=%d"
                            .formatted(effectiveSampleSizeMin, clip, folds, resamples));
        }
    }

    /// Refuses below 100 effective rounds, clips at 100, three folds, a thousand resamples.
    public static OffPolicyEvaluator withSeed(long seed) {
        return new OffPolicyEvaluator(100, 100, 3, 1_000, seed);
    }

    public Evaluation evaluate(BanditLog log, TargetPolicy policy) {
        double[] weights = weights(log, policy);
        Evaluation.Diagnostics diagnostics = diagnose(log, policy, weights);
        List<String> reasons = reasonsToRefuse(log, policy, diagnostics);
        if (!reasons.isEmpty()) {
            return new Evaluation.Refused(diagnostics, reasons);
        }
        return new Evaluation.Answered(diagnostics, estimates(log, policy));
    }

    /// The estimates alone, whatever the logs can tell: for studies of the estimators, where the truth is known.
    public List<Estimate> estimates(BanditLog log, TargetPolicy policy) {
        RewardModel model = RewardModel.crossFitted(log, folds, seed);
        double[][] columns = columns(log, policy, weights(log, policy), model);
        ClusterBootstrap bootstrap = new ClusterBootstrap(log.clusters(), columns, resamples, seed);
        return List.of(
                bootstrap.estimate("DM", s -> s[MODEL] / s[ROUNDS]),
                bootstrap.estimate("IPS", s -> s[WEIGHTED] / s[ROUNDS]),
                bootstrap.estimate("SNIPS", s -> s[WEIGHTED] / s[WEIGHTS]),
                bootstrap.estimate("IPS-clip", s -> s[CLIPPED] / s[ROUNDS]),
                bootstrap.estimate("DR", s -> (s[MODEL] + s[CORRECTION]) / s[ROUNDS]),
                bootstrap.estimate("SNDR", s -> s[MODEL] / s[ROUNDS] + s[CORRECTION] / s[WEIGHTS]),
                bootstrap.estimate("Switch-DR", s -> (s[MODEL] + s[SWITCHED]) / s[ROUNDS]),
                bootstrap.estimate("DRos", s -> (s[MODEL] + s[SHRUNK]) / s[ROUNDS]));
    }

    private double[][] columns(
            BanditLog log, TargetPolicy policy, double[] weights, RewardModel model) {
        double[][] columns = new double[COLUMNS][log.rounds()];
        for (int round = 0; round < log.rounds(); round++) {
            double w = weights[round];
            double reward = log.rewards()[round];
            double residual = reward - model.predict(round, log.actions()[round]);
            double modelled = 0;
            for (int action = 0; action < log.actionCount(); action++) {
                modelled += policy.probability(round, action) * model.predict(round, action);
            }
            columns[ROUNDS][round] = 1;
            columns[WEIGHTS][round] = w;
            columns[WEIGHTED][round] = w * reward;
            columns[CLIPPED][round] = Math.min(w, clip) * reward;
            columns[MODEL][round] = modelled;
            columns[CORRECTION][round] = w * residual;
            columns[SWITCHED][round] = w <= clip ? w * residual : 0;
            columns[SHRUNK][round] = clip * w / (w * w + clip) * residual;
        }
        return columns;
    }

    private static double[] weights(BanditLog log, TargetPolicy policy) {
        double[] weights = new double[log.rounds()];
        for (int round = 0; round < weights.length; round++) {
            double p = policy.probability(round, log.actions()[round]);
            if (!(p >= 0 && p <= 1 + 1e-9)) {
                throw new RankingException(
                        Code.INVALID_REQUEST,
                        "round %d: the policy gives action %d probability %s"
                                .formatted(round, log.actions()[round], p));
            }
            weights[round] = p / log.propensities()[round];
        }
        return weights;
    }

    private static Evaluation.Diagnostics diagnose(
            BanditLog log, TargetPolicy policy, double[] weights) {
        double sum = 0;
        double squares = 0;
        double max = 0;
        for (double w : weights) {
            sum += w;
            squares += w * w;
            max = Math.max(max, w);
        }
        int n = weights.length;
        double mean = sum / n;
        double variance = Math.max(0, squares / n - mean * mean);
        int clusters = (int) Arrays.stream(log.clusters()).distinct().count();
        return new Evaluation.Diagnostics(
                n,
                clusters,
                squares == 0 ? 0 : sum * sum / squares,
                max,
                mean,
                Math.sqrt(variance / n),
                unsupportedMass(log, policy));
    }

    private static double unsupportedMass(BanditLog log, TargetPolicy policy) {
        int[] never = neverLogged(log);
        double mass = 0;
        for (int round = 0; round < log.rounds(); round++) {
            for (int action : never) {
                mass += policy.probability(round, action);
            }
        }
        return mass / log.rounds();
    }

    private static int[] neverLogged(BanditLog log) {
        BitSet logged = new BitSet(log.actionCount());
        IntStream.of(log.actions()).forEach(logged::set);
        return IntStream.range(0, log.actionCount()).filter(a -> !logged.get(a)).toArray();
    }

    private List<String> reasonsToRefuse(
            BanditLog log, TargetPolicy policy, Evaluation.Diagnostics it) {
        List<String> reasons = new ArrayList<>();
        if (it.unsupportedMass() > UNSUPPORTED_MASS_MAX) {
            String named =
                    IntStream.of(neverLogged(log))
                            .filter(action -> policy.probability(0, action) > 0)
                            .limit(NAMED_ACTIONS_MAX)
                            .boxed()
                            .toList()
                            .toString();
            reasons.add(
                    "the policy gives %.3f to actions that were never logged: %s"
                            .formatted(it.unsupportedMass(), named));
        }
        double off = Math.abs(it.meanWeight() - 1);
        if (off > STANDARD_ERRORS_MAX * it.meanWeightError() && off > UNSUPPORTED_MASS_MAX) {
            reasons.add(
                    "mean weight %.4f is not 1 within three standard errors of %.4f"
                            .formatted(it.meanWeight(), it.meanWeightError()));
        }
        if (it.effectiveSampleSize() < effectiveSampleSizeMin) {
            reasons.add(
                    "effective sample size %.1f is less than %.0f"
                            .formatted(it.effectiveSampleSize(), effectiveSampleSizeMin));
        }
        return reasons;
    }
}
