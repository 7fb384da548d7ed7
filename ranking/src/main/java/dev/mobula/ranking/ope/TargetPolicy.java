package dev.mobula.ranking.ope;

/// The policy to be judged: what it would have done in each logged round.
@FunctionalInterface
public interface TargetPolicy {
    double probability(int round, int action);
}
