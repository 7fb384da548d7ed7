package dev.mobula.ranking.ope;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/*
 * The difference of two doubly robust estimates on one log is one estimate, with columns
 *     sum over a of (pi_new - pi_old)(a) q(a) + (w_new - w_old) (r - q),
 * so that what both policies share in luck cancels. Rewards may be any numbers: the model sees them moved into 0..1.
 */
/// Whether a policy may take another's place, by a log of decisions in which chance had a part.
///
/// @param rewardLossMax how much less reward is still no harm
/// @param harmMax how much more harm (people who turn messages off, say) is still none
/// @param effectiveSampleSizeMin with less the log cannot tell
public record PromotionGate(
        double rewardLossMax,
        double harmMax,
        double effectiveSampleSizeMin,
        int folds,
        int resamples,
        long seed) {
    private static final double STANDARD_ERRORS_MAX = 3;

    public PromotionGate {
        if (!(rewardLossMax >= 0) || !(harmMax >= 0) || !(effectiveSampleSizeMin >= 1)) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "rewardLossMax=%s harmMax=%s effectiveSampleSizeMin=%s"
                            .formatted(rewardLossMax, harmMax, effectiveSampleSizeMin));
        }
    }

    /// Refuses below a thousand effective rounds.
    public static PromotionGate of(double rewardLossMax, double harmMax, long seed) {
        return new PromotionGate(rewardLossMax, harmMax, 1_000, 3, 1_000, seed);
    }

    /// What the log says.
    ///
    /// @param promotes nothing speaks against it
    /// @param reward of the new policy less that of the old one
    /// @param harm the same
    /// @param effectiveSampleSize of the new policy's weights
    /// @param meanWeight 1 when the logged propensities are right
    /// @param reasons what speaks against it
    public record Verdict(
            boolean promotes,
            Estimate reward,
            Estimate harm,
            double effectiveSampleSize,
            double meanWeight,
            List<String> reasons) {
        public Verdict {
            reasons = List.copyOf(reasons);
        }
    }

    /// Judges.
    ///
    /// @param harm what each logged round did of it
    public Verdict judge(BanditLog log, double[] harm, TargetPolicy next, TargetPolicy present) {
        BanditLog harms =
                new BanditLog(
                        log.actionCount(),
                        log.actions(),
                        log.propensities(),
                        harm,
                        log.clusters(),
                        log.contexts());
        double[] weights = weights(log, next);
        double sum = Arrays.stream(weights).sum();
        double squares = Arrays.stream(weights).map(w -> w * w).sum();
        double effective = squares == 0 ? 0 : sum * sum / squares;
        double mean = sum / weights.length;
        double error =
                Math.sqrt(Math.max(0, squares / weights.length - mean * mean) / weights.length);
        Estimate reward = difference("reward", log, next, present);
        Estimate more = difference("harm", harms, next, present);
        List<String> reasons = new ArrayList<>();
        if (effective < effectiveSampleSizeMin) {
            reasons.add(
                    "effective sample size %.0f is less than %.0f"
                            .formatted(effective, effectiveSampleSizeMin));
        }
        if (Math.abs(mean - 1) > STANDARD_ERRORS_MAX * error + 1e-9) {
            reasons.add(
                    "mean weight %.4f is not 1 within three standard errors of %.4f"
                            .formatted(mean, error));
        }
        if (!(reward.lower() > -rewardLossMax)) {
            reasons.add(
                    "reward may fall by %.5f, more than %.5f"
                            .formatted(-reward.lower(), rewardLossMax));
        }
        if (!(more.upper() < harmMax)) {
            reasons.add("harm may rise by %.5f, more than %.5f".formatted(more.upper(), harmMax));
        }
        return new Verdict(reasons.isEmpty(), reward, more, effective, mean, reasons);
    }

    private static double[] weights(BanditLog log, TargetPolicy policy) {
        double[] weights = new double[log.rounds()];
        Arrays.setAll(
                weights,
                round ->
                        policy.probability(round, log.actions()[round])
                                / log.propensities()[round]);
        return weights;
    }

    private Estimate difference(
            String name, BanditLog log, TargetPolicy next, TargetPolicy present) {
        double least = Arrays.stream(log.rewards()).min().orElse(0);
        double most = Arrays.stream(log.rewards()).max().orElse(1);
        double scale = Math.max(1e-12, most - least);
        double[] moved = Arrays.stream(log.rewards()).map(r -> (r - least) / scale).toArray();
        BanditLog unit =
                new BanditLog(
                        log.actionCount(),
                        log.actions(),
                        log.propensities(),
                        moved,
                        log.clusters(),
                        log.contexts());
        RewardModel model = RewardModel.crossFitted(unit, folds, seed);
        double[][] columns = new double[2][log.rounds()];
        for (int round = 0; round < log.rounds(); round++) {
            double sum = 0;
            for (int action = 0; action < log.actionCount(); action++) {
                sum += change(next, present, round, action) * model.predict(round, action);
            }
            int action = log.actions()[round];
            double weight = change(next, present, round, action) / log.propensities()[round];
            sum += weight * (moved[round] - model.predict(round, action));
            columns[0][round] = scale * sum;
            columns[1][round] = 1;
        }
        return new ClusterBootstrap(log.clusters(), columns, resamples, seed)
                .estimate(name, totals -> totals[0] / totals[1]);
    }

    private static double change(TargetPolicy next, TargetPolicy present, int round, int action) {
        return next.probability(round, action) - present.probability(round, action);
    }
}
