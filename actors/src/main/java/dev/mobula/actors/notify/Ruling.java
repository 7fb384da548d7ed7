package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.decision.Choice;
import dev.mobula.ranking.notify.decision.SendRule;
import java.util.Optional;

/// Whether one decision sends: by worth or by a learned rule; what is known of it is kept for the log.
final class Ruling implements SendRule {
    private static final float[] NOT_ASKED = {};

    private final Situation here;
    private final Ask ask;
    private final RuleUse use;
    private final Optional<Double> trial;
    private float[] state = NOT_ASKED;
    private Optional<Boolean> learned = Optional.empty();

    /// @param trial the chance of sending in a week where chance alone says how many messages there are
    Ruling(Situation here, Ask ask, RuleUse use, Optional<Double> trial) {
        this.here = here;
        this.ask = ask;
        this.use = use;
        this.trial = trial;
    }

    @Override
    public double flips(boolean sends, double usual) {
        return trial.map(chance -> sends ? 1 - chance : chance).orElse(usual);
    }

    @Override
    public boolean sends(Choice best, boolean worth) {
        float[] known = DecisionState.of(here, ask, best);
        state = known;
        if (use != RuleUse.OFF) {
            learned = here.terms().rule().map(rule -> rule.sends(known));
        }
        boolean serves =
                use == RuleUse.SERVE
                        && here.terms().sheet().rule().stream().anyMatch(LearnedRule::serves);
        return serves ? learned.orElse(worth) : worth;
    }

    /// What was known of the decision, for the log.
    DecisionLog.Known known() {
        return new DecisionLog.Known(
                state,
                learned,
                state.length == 0 ? 0 : trial.orElse(0.0),
                here.budget().fatigue(),
                here.now());
    }
}
