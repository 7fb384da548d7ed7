package dev.mobula.cluster.api;

import static dev.mobula.cluster.api.NotificationBodies.required;

import dev.mobula.actors.notify.LearnedRule;
import dev.mobula.training.volume.ConservativeQ;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A learned rule for sending or holding as its file and its routes have it.
@SuppressWarnings("ArrayRecordComponent")
public record RuleFile(
        @Nullable List<String> state,
        @Nullable Integer hidden,
        double @Nullable [] mean,
        double @Nullable [] scale,
        @Nullable Double unit,
        double @Nullable [] weights,
        @Nullable Long learnedUntilMillis,
        @Nullable Long decisions,
        @Nullable Long seed) {
    private static final int ACTIONS = 2;

    public static RuleFile of(LearnedRule rule) {
        ConservativeQ.Model model = rule.model();
        return new RuleFile(
                rule.state(),
                model.hidden(),
                model.mean(),
                model.scale(),
                model.unit(),
                model.weights(),
                rule.learnedUntilMillis(),
                rule.decisions(),
                rule.seed());
    }

    /// The rule, not serving.
    LearnedRule rule() {
        return new LearnedRule(
                false,
                required("rule.state", state, "the names of what it knows"),
                new ConservativeQ.Model(
                        required("rule.hidden", hidden, "the width of its network"),
                        ACTIONS,
                        required("rule.mean", mean, "one for each name"),
                        required("rule.scale", scale, "one for each name"),
                        required("rule.unit", unit, "the deviation of its rewards"),
                        required("rule.weights", weights, "those of its network")),
                learnedUntilMillis == null ? 0 : learnedUntilMillis,
                decisions == null ? 0 : decisions,
                seed == null ? 0 : seed);
    }
}
