package dev.mobula.retrieval.store;

/// One write to a user store; a batch of them is stored whole or not at all.
public sealed interface UserWrite {
    /// The user written to.
    long user();

    /// Draws an edge; drawing one that is there sets its time anew.
    record Connect(long user, EdgeKind kind, long target, long sinceMillis) implements UserWrite {}

    /// Takes an edge back; taking back one that is not there is no error.
    record Disconnect(long user, EdgeKind kind, long target) implements UserWrite {}

    /// Adds to a counter, which starts at zero.
    record Count(long user, String counter, long delta) implements UserWrite {}

    /// Removes everything kept of a user.
    record Forget(long user) implements UserWrite {}
}
