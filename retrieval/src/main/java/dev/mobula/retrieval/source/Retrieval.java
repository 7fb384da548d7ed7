package dev.mobula.retrieval.source;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The merged answer of all sources: distinct candidates as columns, and a report on every source.
///
/// The order takes turns: every source's first, every source's second, and so on. A candidate that several sources
/// found stands where its best rank puts it, with the score and reason of that source, and knows all who found it.
public final class Retrieval {
    private final List<String> sources;
    private long[] ids;
    private float[] scores;
    private Reason[] reasons;
    private long[] subjects;
    private byte[] firsts;
    private long[] finders;
    private int size;
    private List<SourceReport> reports = List.of();

    Retrieval(List<String> sources, int expected) {
        this.sources = sources;
        ids = new long[expected];
        scores = new float[expected];
        reasons = new Reason[expected];
        subjects = new long[expected];
        firsts = new byte[expected];
        finders = new long[expected];
    }

    void add(Candidates found, int index, int source) {
        if (size == ids.length) {
            grow(2 * size + 1);
        }
        ids[size] = found.id(index);
        scores[size] = found.score(index);
        reasons[size] = found.reason(index);
        subjects[size] = found.subject(index);
        firsts[size] = (byte) source;
        finders[size++] = 1L << source;
    }

    private void grow(int capacity) {
        ids = Arrays.copyOf(ids, capacity);
        scores = Arrays.copyOf(scores, capacity);
        reasons = Arrays.copyOf(reasons, capacity);
        subjects = Arrays.copyOf(subjects, capacity);
        firsts = Arrays.copyOf(firsts, capacity);
        finders = Arrays.copyOf(finders, capacity);
    }

    void alsoFoundBy(int index, int source) {
        finders[index] |= 1L << source;
    }

    void report(List<SourceReport> newReports) {
        reports = List.copyOf(newReports);
    }

    public int size() {
        return size;
    }

    public long id(int index) {
        return ids[index];
    }

    public float score(int index) {
        return scores[index];
    }

    /// The candidate as a record, for places that are not hot.
    public Candidate candidate(int index) {
        return new Candidate(
                ids[index],
                scores[index],
                sources.get(firsts[index]),
                reasons[index],
                subjects[index]);
    }

    /// The sources that found the candidate as bits: bit i is the source of lane i.
    public long finders(int index) {
        return finders[index];
    }

    /// The names of all sources that found the candidate.
    public List<String> foundBy(int index) {
        List<String> names = new ArrayList<>();
        for (int source = 0; source < sources.size(); source++) {
            if ((finders[index] & 1L << source) != 0) {
                names.add(sources.get(source));
            }
        }
        return names;
    }

    /// One report for each source, in the order of the lanes.
    public List<SourceReport> reports() {
        return reports;
    }

    /// Whether every source gave all it has.
    public boolean complete() {
        return reports.stream().allMatch(report -> report.status() == SourceStatus.COMPLETE);
    }
}
