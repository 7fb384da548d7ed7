package dev.mobula.actors.candidates;

import dev.mobula.retrieval.source.Candidate;
import dev.mobula.retrieval.source.SourceReport;
import dev.mobula.retrieval.source.SourceStatus;
import java.util.ArrayList;
import java.util.List;

/// Distinct candidates, the best of every source first, and a report on every source.
///
/// @param finders for each candidate the sources that found it: bit i is the source of report i. Owned.
@SuppressWarnings("ArrayRecordComponent")
public record FoundCandidates(
        List<Candidate> candidates, long[] finders, List<SourceReport> reports) {
    public FoundCandidates {
        candidates = List.copyOf(candidates);
        reports = List.copyOf(reports);
        if (finders.length != candidates.size()) {
            throw new IllegalArgumentException(
                    "finders=" + finders.length + " for " + candidates.size() + " candidates");
        }
    }

    /// The names of all sources that found a candidate.
    public List<String> foundBy(int candidate) {
        List<String> names = new ArrayList<>();
        for (int source = 0; source < reports.size(); source++) {
            if ((finders[candidate] & 1L << source) != 0) {
                names.add(reports.get(source).source());
            }
        }
        return names;
    }

    /// Whether every source gave all it has.
    public boolean complete() {
        return reports.stream().allMatch(report -> report.status() == SourceStatus.COMPLETE);
    }
}
