package dev.mobula.ranking.notify.decision;

/// Says whether the best option of a decision is sent.
@FunctionalInterface
public interface SendRule {
    /// What is worth more than it costs is sent.
    SendRule WORTH = (best, worth) -> worth;

    /// Asked once for each decision, about the option that is worth most.
    ///
    /// @param worth whether it is worth more than it costs
    boolean sends(Choice best, boolean worth);
}
