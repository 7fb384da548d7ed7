package dev.mobula.actors.safety.review;

import dev.mobula.actors.safety.review.Decision.Effect;
import java.time.Instant;
import java.util.stream.Collector;
import java.util.stream.Collectors;

/// What the person behind a subject is told of a decision: what, why, by which rule or model, and how to appeal.
public final class StatementOfReasons {
    private StatementOfReasons() {}

    /// In words.
    public static String of(Decision decision) {
        StringBuilder text = new StringBuilder();
        text.append("Decision ").append(decision.id()).append(" of ");
        text.append(Instant.ofEpochMilli(decision.atMillis())).append(" about ");
        text.append(decision.subject()).append(", under the policy \"");
        text.append(decision.policy()).append("\".\n");
        text.append("What was done: ").append(done(decision)).append(".\n");
        text.append("Why: ");
        text.append(decision.choice().reason().isEmpty() ? "—" : decision.choice().reason());
        text.append("\n");
        if (!decision.choice().spans().isEmpty()) {
            text.append("It rests on: ").append(spans(decision)).append(".\n");
        }
        text.append("Decided by: ").append(decider(decision)).append(".\n");
        text.append(
                switch (decision.state()) {
                    case APPLYING, STANDING ->
                            decision.appealId() == 0
                                    ? "You may appeal: somebody else will look at it.\n"
                                    : "An appeal was received.\n";
                    case REVERSING, REVERSED ->
                            "An appeal was upheld: all of this was taken back.\n";
                });
        return text.toString();
    }

    private static String done(Decision decision) {
        if (decision.effects().isEmpty()) {
            return "nothing";
        }
        return decision.effects().stream().map(StatementOfReasons::done).collect(joined());
    }

    private static String done(Effect effect) {
        return (effect.isTaken()
                        ? "the label \"%s\" by %s was taken off"
                        : "the label \"%s\" was given")
                .formatted(effect.label().label(), effect.label().source());
    }

    private static String spans(Decision decision) {
        return decision.choice().spans().stream()
                .map(span -> span.part() + " " + span.from() + "–" + span.to())
                .collect(joined());
    }

    private static Collector<CharSequence, ?, String> joined() {
        return Collectors.joining("; ");
    }

    private static String decider(Decision decision) {
        if (decision.automatic()) {
            return decision.by() + ", automatically";
        }
        return decision.seconded().isEmpty() ? "a person" : "several people";
    }
}
