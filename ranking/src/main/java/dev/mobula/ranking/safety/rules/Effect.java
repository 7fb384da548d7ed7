package dev.mobula.ranking.safety.rules;

/// What a rule does when it holds.
public sealed interface Effect {
    /// Labels the event's subject for a time.
    record Label(String name, long forMillis) implements Effect {}

    /// Says what the event is.
    record Verdict(String name) implements Effect {}

    /// Puts the event before people.
    record Review(String queue) implements Effect {}

    /// Allows the actor so many events in a window.
    record RateLimit(double count, long windowMillis) implements Effect {}

    /// Multiplies the value of what the event made.
    record DownRank(double weight) implements Effect {}
}
