package dev.mobula.ranking.notify.decision;

/// What becomes of an opportunity.
public enum Action {
    SEND_NOW,
    /// Later today, at the chosen hour.
    SEND_AT,
    /// Into the next message made of many.
    DIGEST,
    /// Nothing now; ask again.
    HOLD,
    /// Nothing, and asking again is of no use.
    DROP
}
