package dev.mobula.ranking.safety.rules;

/// What a rule does when it holds.
public sealed interface Effect {
    /// Who bears a label.
    enum Whom {
        /// What the event made or is about; for an act, who acted.
        SUBJECT,
        /// Who acted.
        ACTOR,
        /// Who made what was acted on.
        AUTHOR
    }

    /// Labels one of the event's parties for a time.
    record Label(String name, long forMillis, Whom whom) implements Effect {}

    /// Says what the event is.
    record Verdict(String name) implements Effect {}

    /// Puts the event before people.
    record Review(String queue) implements Effect {}

    /// Allows the actor so many events in a window.
    record RateLimit(double count, long windowMillis) implements Effect {}

    /// Multiplies the value of what the event made.
    record DownRank(double weight) implements Effect {}
}
