package dev.mobula.ranking.features;

/// A candidate that was left out of a batch, and why. The request goes on without it.
public record Drop(long id, Reason reason) {
    /// Why a candidate cannot be scored.
    public enum Reason {
        /// Not among the resident items.
        UNKNOWN_ITEM,
        /// Named before in the same request.
        DUPLICATE,
        /// One of its numbers is not finite.
        FEATURE_NOT_FINITE,
        /// The model's output for it is not finite.
        SCORE_NOT_FINITE
    }
}
