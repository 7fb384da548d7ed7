package dev.mobula.ranking.notify.decision;

/// What was decided, and what it came from: the output of a decision, overwritten by the next.
///
/// `netValue = value - disableCost - priceCost - opportunityCost`.
public final class Choice {
    Action action = Action.DROP;
    int candidate = -1;
    int channel = -1;
    int slot = -1;
    double value;
    double disableCost;
    double priceCost;
    double opportunityCost;
    double propensity = 1;
    boolean explored;
    long priceVersion;

    public Action action() {
        return action;
    }

    /// The message chosen, -1 for none.
    public int candidate() {
        return candidate;
    }

    public int channel() {
        return channel;
    }

    /// The hours until it is sent.
    public int slot() {
        return slot;
    }

    public double netValue() {
        return value - disableCost - priceCost - opportunityCost;
    }

    /// What the message adds.
    public double value() {
        return value;
    }

    public double disableCost() {
        return disableCost;
    }

    /// All prices together; [Decider#price] tells them apart.
    public double priceCost() {
        return priceCost;
    }

    public double opportunityCost() {
        return opportunityCost;
    }

    /// The probability with which this was chosen rather than a hold, or the other way round.
    public double propensity() {
        return propensity;
    }

    /// Whether chance overruled the best choice.
    public boolean explored() {
        return explored;
    }

    public long priceVersion() {
        return priceVersion;
    }
}
