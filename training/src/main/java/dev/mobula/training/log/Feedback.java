package dev.mobula.training.log;

import dev.mobula.training.TrainingException;

/// What a user did about an item of a page.
///
/// @param kind what it was: `click`, `like`, `dwell`, …
/// @param value how much of it: 1 for what merely happened, seconds for a dwell
public record Feedback(
        String request, long user, long item, long timeMicros, String kind, double value) {
    public Feedback {
        Impression.text("request", request, 1);
        Impression.text("kind", kind, 1);
        if (!Double.isFinite(value)) {
            throw TrainingException.invalid("value", value, "must be finite");
        }
    }
}
