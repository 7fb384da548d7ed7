package dev.mobula.retrieval.store;

/// Whether an item may be shown to a user, and why not.
public enum Verdict {
    ALLOWED,
    /// The user saw it, within the window.
    SEEN,
    /// It was on an earlier page of this cursor session.
    SERVED,
    /// The user hid it.
    HIDDEN,
    /// The user blocked its author.
    BLOCKED,
    /// Its author blocked the user; not to be told apart from the other way round by the user.
    BLOCKED_BY,
    /// The user muted its author.
    MUTED
}
