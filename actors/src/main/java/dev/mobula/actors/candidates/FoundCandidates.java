package dev.mobula.actors.candidates;

import dev.mobula.retrieval.source.Candidate;
import dev.mobula.retrieval.source.SourceReport;
import dev.mobula.retrieval.source.SourceStatus;
import java.util.List;

/// Distinct candidates, the best of every source first, and a report on every source.
public record FoundCandidates(List<Candidate> candidates, List<SourceReport> reports) {
    public FoundCandidates {
        candidates = List.copyOf(candidates);
        reports = List.copyOf(reports);
    }

    /// Whether every source gave all it has.
    public boolean complete() {
        return reports.stream().allMatch(report -> report.status() == SourceStatus.COMPLETE);
    }
}
