package dev.mobula.ranking.notify.decision;

/// Says whether the best option of a decision is sent, and how much of that is left to chance.
@FunctionalInterface
public interface SendRule {
    /// What is worth more than it costs is sent.
    SendRule WORTH = (best, worth) -> worth;

    /// Asked once for each decision, about the option that is worth most.
    ///
    /// @param worth whether it is worth more than it costs
    boolean sends(Choice best, boolean worth);

    /// The probability with which chance turns what the rule says into its opposite.
    ///
    /// @param usual that of every decision
    default double flips(boolean sends, double usual) {
        return usual;
    }
}
