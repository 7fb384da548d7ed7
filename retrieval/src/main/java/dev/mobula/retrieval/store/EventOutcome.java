package dev.mobula.retrieval.store;

/// What became of one event.
///
/// @param field what is wrong with a refused one, empty otherwise
/// @param reason the value and the rule it breaks, or why it is not known to be stored
public record EventOutcome(Status status, String field, String reason) {
    /// It is on disk.
    public static final EventOutcome STORED = new EventOutcome(Status.STORED, "", "");

    /// It was on disk before, under the same id.
    public static final EventOutcome DUPLICATE = new EventOutcome(Status.DUPLICATE, "", "");

    /// How it ended.
    public enum Status {
        STORED,
        DUPLICATE,
        /// It is wrong and would be again.
        REFUSED,
        /// It was not acknowledged: sent again under the same id it is stored once.
        UNAVAILABLE
    }

    static EventOutcome refused(String field, Object value, String rule) {
        return new EventOutcome(Status.REFUSED, field, field + "=" + value + ": " + rule);
    }

    /// An event whose owner did not acknowledge it.
    public static EventOutcome unavailable(String why) {
        return new EventOutcome(Status.UNAVAILABLE, "", why);
    }

    /// Whether the event is on disk.
    public boolean isStored() {
        return status == Status.STORED || status == Status.DUPLICATE;
    }
}
