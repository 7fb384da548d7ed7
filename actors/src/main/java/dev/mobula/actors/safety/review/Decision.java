package dev.mobula.actors.safety.review;

import dev.mobula.actors.safety.GivenLabel;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.Subject;
import java.util.List;

/// What was decided about a subject, by whom, and exactly what it did: so that it can be taken back exactly.
///
/// @param caseId the case it came from; 0 for one that was made by a rule or model alone
/// @param author the account behind the subject, 0 where it is not known
/// @param by the reviewer's name, `rule:NAME@VERSION` or `model:VERSION`
/// @param seconded who agreed, where more than one had to look
/// @param appealId the case of the appeal against it; 0 for none
public record Decision(
        long id,
        long caseId,
        Subject subject,
        String policy,
        long author,
        String by,
        List<String> seconded,
        boolean automatic,
        Choice choice,
        List<Effect> effects,
        State state,
        long atMillis,
        long appealId) {
    /// How far it is.
    public enum State {
        /// It is on record, and its effects may not all be with their owners yet.
        APPLYING,
        STANDING,
        /// An appeal was upheld, and its effects may not all be taken back yet.
        REVERSING,
        REVERSED
    }

    /// One label that a decision gave or took.
    public record Effect(boolean isTaken, GivenLabel label) {
        Labels.Write write() {
            return new Labels.Write(label, isTaken);
        }

        /// What restores the subject.
        Labels.Write reversal() {
            return new Labels.Write(label, !isTaken);
        }
    }

    public Decision {
        seconded = List.copyOf(seconded);
        effects = List.copyOf(effects);
    }

    /// The source of labels that a decision gives: its own, so that taking it back touches no other's.
    static String source(long decision) {
        return "review:" + decision;
    }

    boolean isUnsettled() {
        return state == State.APPLYING || state == State.REVERSING;
    }

    Decision in(State next) {
        return new Decision(
                id, caseId, subject, policy, author, by, seconded, automatic, choice, effects, next,
                atMillis, appealId);
    }

    Decision appealedBy(long appeal) {
        return new Decision(
                id, caseId, subject, policy, author, by, seconded, automatic, choice, effects,
                state, atMillis, appeal);
    }
}
