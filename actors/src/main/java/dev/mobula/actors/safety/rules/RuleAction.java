package dev.mobula.actors.safety.rules;

import dev.mobula.actors.safety.Subject;
import dev.mobula.actors.safety.review.Choice;
import dev.mobula.actors.safety.review.ReviewDesk;
import java.util.List;
import java.util.Map;

/// What a rule wants done, kept until it is done.
///
/// @param subject as [Subject#toString] has it
/// @param name the label, or the queue of the review
/// @param expiresMillis until when a label holds
/// @param reason the rule with its version, and what it rests on
record RuleAction(
        Kind kind,
        String rule,
        int version,
        String subject,
        String name,
        long expiresMillis,
        String reason) {
    private static final int REASON_CHARS_MAX = 2_000;
    private static final double SCORE = .8;

    /// What can be done.
    enum Kind {
        LABEL,
        REVIEW,
        /// Something for the log alone.
        NOTE
    }

    RuleAction {
        reason =
                reason.length() <= REASON_CHARS_MAX
                        ? reason
                        : reason.substring(0, REASON_CHARS_MAX);
    }

    /// The decider's name in decisions and in the log.
    String by() {
        return "rule:" + rule + "@" + version;
    }

    /// By what it is known that it was done.
    String mark() {
        return kind + "|" + by() + "|" + subject + "|" + name;
    }

    /// Does it, on record.
    void carryOut(ReviewDesk desk) {
        switch (kind) {
            case LABEL ->
                    desk.act(
                            Subject.parse(subject),
                            name,
                            by(),
                            new Choice(
                                    Choice.Action.LABEL, name, expiresMillis, reason, List.of()));
            case REVIEW ->
                    desk.suggest(
                            new ReviewDesk.Suggestion(
                                    Subject.parse(subject), name, by(), SCORE, 1, 1, reason));
            case NOTE -> {
                Map<String, String> facts =
                        Map.of(
                                "rule",
                                rule,
                                "version",
                                Integer.toString(version),
                                "reason",
                                reason);
                desk.note(name, facts, Map.of(), List.of());
            }
        }
    }
}
