package dev.mobula.actors.safety.review;

import java.util.List;

/// What somebody decides to do.
///
/// @param label to give or to clear; empty where none is meant
/// @param expiresMillis until when a label that is given holds
/// @param reason in the decider's words
/// @param spans the places that the decision rests on
public record Choice(
        Action action, String label, long expiresMillis, String reason, List<Span> spans) {
    private static final int REASON_CHARS_MAX = 4_000;
    private static final int SPANS_MAX = 100;

    /// What can be done.
    public enum Action {
        /// Give the subject a label.
        LABEL,
        /// Take a label off the subject, whoever gave it.
        CLEAR,
        /// Nothing is wrong with it.
        DISMISS,
        /// The appellant is right: the decision is taken back.
        UPHOLD,
        /// The appellant is not.
        REJECT
    }

    /// A place: a part of the subject and characters of it.
    public record Span(String part, int from, int to) {}

    public Choice {
        spans = List.copyOf(spans);
        boolean names = action == Action.LABEL || action == Action.CLEAR;
        if (names == label.isEmpty()) {
            throw new IllegalArgumentException(
                    "label=" + label + (names ? " must be named" : " must not be there"));
        }
        if (reason.length() > REASON_CHARS_MAX) {
            throw new IllegalArgumentException(
                    "reason=(" + reason.length() + " chars) is over " + REASON_CHARS_MAX);
        }
        if (spans.size() > SPANS_MAX) {
            throw new IllegalArgumentException("spans=" + spans.size() + " is over " + SPANS_MAX);
        }
    }

    boolean answersAppeals() {
        return action == Action.UPHOLD || action == Action.REJECT;
    }

    /// Whether two people mean the same.
    boolean agrees(Choice other) {
        return action == other.action && label.equals(other.label);
    }

    /// The category that agreement is counted by.
    String category() {
        return label.isEmpty() ? action.name() : action + " " + label;
    }
}
