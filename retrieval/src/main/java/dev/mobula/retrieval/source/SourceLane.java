package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

/// A source with what it is granted: how many candidates, how long, how many queries at once.
public record SourceLane(CandidateSource source, int quota, long budgetNanos, int inFlightMax) {
    public SourceLane {
        if (quota < 1 || quota > Candidates.CAPACITY_MAX) {
            throw invalid(source.name() + ".quota", quota, "must be 1.." + Candidates.CAPACITY_MAX);
        }
        if (budgetNanos < 1) {
            throw invalid(source.name() + ".budgetNanos", budgetNanos, "must be positive");
        }
        if (inFlightMax < 1) {
            throw invalid(source.name() + ".inFlightMax", inFlightMax, "must be at least 1");
        }
    }

    /// A share of the quota, but one at least.
    int quota(double share) {
        return Math.max(1, (int) Math.ceil(quota * share));
    }
}
