package dev.mobula.actors.notify;

/// What desks may do at most with a learned rule.
public enum RuleUse {
    /// Nobody asks it.
    OFF,
    /// It is asked, and what it would have done is logged.
    SHADOW,
    /// Decisions follow it once it was let through.
    SERVE
}
