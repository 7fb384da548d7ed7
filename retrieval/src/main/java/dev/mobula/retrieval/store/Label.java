package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

/// One judgement on an item: its value, who gave it, how sure that source was, and until when it holds.
public record Label(String value, String source, float confidence, long expiresMillis) {
    /// The `expiresMillis` of a label that holds until it is taken back.
    public static final long NEVER = Long.MAX_VALUE;

    /// The `source` of what an item's author says of it.
    public static final String AUTHOR = "author";

    public Label {
        if (value.isEmpty()) {
            throw invalid("label.value", "\"\"", "must not be empty");
        }
        if (!(confidence >= 0 && confidence <= 1)) {
            throw invalid("label.confidence", confidence, "must be in 0..1");
        }
    }

    /// Whether the label holds at the given time.
    public boolean holdsAt(long nowMillis) {
        return nowMillis < expiresMillis;
    }
}
