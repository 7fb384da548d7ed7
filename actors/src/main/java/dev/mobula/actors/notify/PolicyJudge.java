package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.ope.Estimate;
import dev.mobula.ranking.ope.PromotionGate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Says from the log what another threshold for sending would have earned, and whether it may be put in force.
public final class PolicyJudge {
    private static final Set<OutcomeKind> WANTED =
            Set.of(OutcomeKind.OPENED, OutcomeKind.CONVERTED);

    private final DecisionLog log;
    private final double exploration;
    private final InstantSource clock;

    /// @param exploration with which the desk of the log decides
    public PolicyJudge(DecisionLog log, double exploration, InstantSource clock) {
        this.log = log;
        this.exploration = exploration;
        this.clock = clock;
    }

    /// What a threshold is judged to be.
    ///
    /// @param rounds decisions that were looked at
    /// @param promotes nothing speaks against it
    /// @param reward of it less that of the policy in force
    /// @param harm the same
    /// @param reasons what speaks against it
    public record Judgement(
            int rounds,
            boolean promotes,
            Optional<Estimate> reward,
            Optional<Estimate> harm,
            double effectiveSampleSize,
            double meanWeight,
            List<String> reasons) {
        public Judgement {
            reasons = List.copyOf(reasons);
        }
    }

    /// Judges sending what is worth more than a threshold, against sending what is worth more than nothing, both with the
    /// same exploration.
    ///
    /// @param settled decisions younger than this are left out
    public Judgement judge(double threshold, double lossMax, double harmMax, Duration settled) {
        PromotionGate gate = PromotionGate.of(lossMax, harmMax, 1);
        Optional<DecisionLog.Judged> found =
                log.judged(WANTED, clock.millis() - settled.toMillis());
        if (found.isEmpty()) {
            return new Judgement(
                    0, false, Optional.empty(), Optional.empty(), 0, 0, List.of("no decisions"));
        }
        DecisionLog.Judged judged = found.get();
        PromotionGate.Verdict verdict =
                gate.judge(
                        judged.rounds(),
                        judged.harm(),
                        (round, action) -> probability(judged.net()[round] > threshold, action),
                        (round, action) -> probability(judged.net()[round] > 0, action));
        return new Judgement(
                judged.rounds().rounds(),
                verdict.promotes(),
                Optional.of(verdict.reward()),
                Optional.of(verdict.harm()),
                verdict.effectiveSampleSize(),
                verdict.meanWeight(),
                verdict.reasons());
    }

    private double probability(boolean sends, int action) {
        return sends == (action == DecisionLog.SEND) ? 1 - exploration : exploration;
    }
}
