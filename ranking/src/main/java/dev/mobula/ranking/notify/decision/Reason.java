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
    /// Labels of what it is about, or of the author of that, do not plainly allow it.
    LABELLED,
    /// The person hid what it is about, or blocked or muted its author, or was blocked.
    BLOCKED,
    /// Nobody confirmed that what it is about may be shown.
    UNCONFIRMED,
    /// What was learned says that it had better wait.
    HELD,
    /// Chance held it back.
    HOLDOUT
}
