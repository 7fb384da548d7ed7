package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.ledger.OutcomeKind;
import dev.mobula.ranking.ope.PromotionGate;
import dev.mobula.training.TrainingException;
import dev.mobula.training.volume.ConservativeQ;
import dev.mobula.training.volume.DecisionChain;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Learns a rule for sending or holding from a log of decisions, and judges it by people it did not learn from.
public final class RuleSchool {
    /*
     * Half of all people, by a hash of their ids, are learned from; the other half judges, now and
     * whenever the rule is put to work. What a decision earned is
     *   open * opened + convert * converted - message * sent - disable * turned off - its prices,
     * so that budgets stay the solver's.
     */
    private static final int DECISIONS_MIN = 1_000;

    private RuleSchool() {}

    /// What is earned by what comes of a decision.
    ///
    /// @param message what each message costs
    /// @param disable what is lost when somebody turns messages off or complains
    public record Worth(double open, double convert, double message, double disable) {
        public static final Worth DEFAULT = new Worth(1, 3, 0.05, 10);

        private double of(DecisionHistory.Round round) {
            Set<OutcomeKind> came = round.came();
            double earned = came.contains(OutcomeKind.OPENED) ? open : 0;
            earned += came.contains(OutcomeKind.CONVERTED) ? convert : 0;
            earned -= round.sends() ? message + round.price() : 0;
            return earned - (round.harmed() ? disable : 0);
        }
    }

    /// A rule, and what the half of the people that it did not learn from says of it.
    public record Lesson(LearnedRule rule, PolicyJudge.Judgement judgement) {}

    /// Whether a person's decisions judge rules, rather than being learned from.
    static boolean judges(long user, long seed) {
        long mixed = (user ^ seed) * 0x9E3779B97F4A7C15L;
        return ((mixed ^ (mixed >>> 32)) & 1) != 0;
    }

    /// Learns; the same seed learns the same.
    ///
    /// @param exploration with which the rule would decide
    public static Lesson learn(
            List<DecisionHistory.Round> all,
            Worth worth,
            ConservativeQ.Settings settings,
            PromotionGate gate,
            double exploration,
            long seed) {
        List<DecisionHistory.Round> known =
                all.stream()
                        .filter(round -> round.state().length == DecisionState.NAMES.size())
                        .toList();
        List<DecisionHistory.Round> lessons =
                known.stream()
                        .filter(round -> !judges(round.user(), seed))
                        .sorted(
                                Comparator.comparingLong(DecisionHistory.Round::user)
                                        .thenComparingLong(DecisionHistory.Round::atMillis))
                        .toList();
        if (lessons.size() < DECISIONS_MIN) {
            throw TrainingException.invalid(
                    "decisions to learn from", lessons.size(), "must be " + DECISIONS_MIN);
        }
        ConservativeQ q = ConservativeQ.fit(chain(lessons, worth), settings, seed);
        long until = lessons.stream().mapToLong(DecisionHistory.Round::atMillis).max().orElse(0);
        LearnedRule rule =
                new LearnedRule(false, DecisionState.NAMES, q.model(), until, lessons.size(), seed);
        LearnedRule.Asked asked = rule.asked();
        List<DecisionHistory.Round> held =
                known.stream().filter(round -> judges(round.user(), seed)).toList();
        return new Lesson(
                rule,
                PolicyJudge.judge(gate, held, round -> asked.sends(round.state()), exploration));
    }

    private static DecisionChain chain(List<DecisionHistory.Round> rounds, Worth worth) {
        double[][] states = new double[rounds.size()][];
        boolean[] ended = new boolean[states.length];
        for (int i = 0; i < states.length; i++) {
            float[] state = rounds.get(i).state();
            states[i] = new double[state.length];
            for (int j = 0; j < state.length; j++) {
                states[i][j] = state[j];
            }
            ended[i] = rounds.get(i).came().contains(OutcomeKind.DISABLED);
        }
        return new DecisionChain(
                2,
                states,
                rounds.stream()
                        .mapToInt(round -> round.sends() ? DecisionLog.SEND : DecisionLog.HOLD)
                        .toArray(),
                rounds.stream().mapToDouble(DecisionHistory.Round::propensity).toArray(),
                rounds.stream().mapToDouble(worth::of).toArray(),
                ended,
                rounds.stream().mapToLong(DecisionHistory.Round::user).toArray());
    }
}
