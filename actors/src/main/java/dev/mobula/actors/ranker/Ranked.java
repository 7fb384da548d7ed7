package dev.mobula.actors.ranker;

/// What became of one request of a batch.
public sealed interface Ranked {
    /// It was scored.
    record Scored(Scores scores) implements Ranked {}

    /// It was refused; the others of its batch were not.
    record Refused(long user, String reason) implements Ranked {}
}
