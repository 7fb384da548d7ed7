package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.ope.BanditLog;
import dev.mobula.ranking.ope.Estimate;
import dev.mobula.ranking.ope.PromotionGate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Says from the log what another rule for sending would have earned, and whether it may be put in force.
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

    /// What a rule is judged to be.
    ///
    /// @param rounds decisions that were looked at
    /// @param promotes nothing speaks against it
    /// @param reward of it less that of what was done
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

    /// What is judged by.
    ///
    /// @param lossMax how much less reward for each decision is still no harm
    /// @param harmMax how many more who turn messages off, for each decision, are still none
    /// @param settled decisions younger than this are left out
    public record Terms(double lossMax, double harmMax, Duration settled) {}

    /// Judges sending what is worth more than a threshold, with the exploration of now, against what was done.
    public Judgement judge(double threshold, Terms terms) {
        return judge(rounds(terms), round -> round.net() > threshold, terms);
    }

    /// Judges a learned rule, with the exploration of now, against what was done, by decisions it was not learned from.
    public Judgement judge(LearnedRule rule, Terms terms) {
        LearnedRule.Asked asked = rule.asked();
        List<DecisionHistory.Round> held =
                rounds(terms).stream()
                        .filter(round -> round.state().length == rule.state().size())
                        .filter(round -> RuleSchool.judges(round.user(), rule.seed()))
                        .toList();
        return judge(held, round -> asked.sends(round.state()), terms);
    }

    private List<DecisionHistory.Round> rounds(Terms terms) {
        return log.rounds(clock.millis() - terms.settled().toMillis());
    }

    private Judgement judge(
            List<DecisionHistory.Round> rounds,
            Predicate<DecisionHistory.Round> sends,
            Terms terms) {
        PromotionGate gate = PromotionGate.of(terms.lossMax(), terms.harmMax(), 1);
        return judge(gate, rounds, sends, exploration);
    }

    /// Against what was done: the policy in force is the one that the propensities were logged of.
    static Judgement judge(
            PromotionGate gate,
            List<DecisionHistory.Round> rounds,
            Predicate<DecisionHistory.Round> sends,
            double exploration) {
        if (rounds.isEmpty()) {
            return new Judgement(
                    0, false, Optional.empty(), Optional.empty(), 0, 0, List.of("no decisions"));
        }
        boolean[] next = new boolean[rounds.size()];
        for (int i = 0; i < next.length; i++) {
            next[i] = sends.test(rounds.get(i));
        }
        BanditLog logged = logged(rounds);
        PromotionGate.Verdict verdict =
                gate.judge(
                        logged,
                        rounds.stream().mapToDouble(round -> round.harmed() ? 1 : 0).toArray(),
                        (round, action) ->
                                next[round] == (action == DecisionLog.SEND)
                                        ? 1 - exploration
                                        : exploration,
                        (round, action) ->
                                logged.actions()[round] == action
                                        ? logged.propensities()[round]
                                        : 1 - logged.propensities()[round]);
        return new Judgement(
                logged.rounds(),
                verdict.promotes(),
                Optional.of(verdict.reward()),
                Optional.of(verdict.harm()),
                verdict.effectiveSampleSize(),
                verdict.meanWeight(),
                verdict.reasons());
    }

    /// Hold or send; the reward is 1 when the person did what is wanted.
    private static BanditLog logged(List<DecisionHistory.Round> rounds) {
        return new BanditLog(
                2,
                rounds.stream()
                        .mapToInt(round -> round.sends() ? DecisionLog.SEND : DecisionLog.HOLD)
                        .toArray(),
                rounds.stream().mapToDouble(DecisionHistory.Round::propensity).toArray(),
                rounds.stream()
                        .mapToDouble(round -> Collections.disjoint(round.came(), WANTED) ? 0 : 1)
                        .toArray(),
                rounds.stream().mapToLong(DecisionHistory.Round::user).toArray(),
                rounds.stream()
                        .map(round -> new double[] {round.net(), round.value(), round.fatigue()})
                        .toArray(double[][]::new));
    }
}
