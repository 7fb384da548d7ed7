package dev.mobula.ranking.notify.decision;

/// Why a candidate was chosen, or was not.
public enum Reason {
    CHOSEN,
    /// Another candidate was worth more.
    OUTBID,
    /// No option of it is worth what it costs.
    BELOW_PRICE,
    /// Every hour of its life is quiet.
    QUIET_HOURS,
    /// No channel is open to it.
    UNREACHABLE,
    EXPIRED,
    /// Chance held it back.
    HOLDOUT
}
