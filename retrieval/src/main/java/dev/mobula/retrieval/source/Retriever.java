package dev.mobula.retrieval.source;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.vectors.LongTable;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;

/// Asks every source at once, each with its quota and deadline, and merges what arrives in time.
///
/// A source that is late, fails or is busy shortens the answer and is named in it; it never fails the retrieval. A late
/// source is not interrupted: it sees its deadline and stops, and until then counts against its lane's limit of running
/// queries, so that a stuck source takes no more than its share of the executor.
public final class Retriever {
    /// The most sources; the set of a candidate's finders is one long.
    public static final int SOURCES_MAX = 64;

    // A source is told a deadline a little before the lane's own, so that what it has then still
    // arrives.
    private static final double SHARE_FOR_SOURCE = .9;

    /// A lane with what is running and counted on it.
    private static final class Track {
        private final SourceLane lane;
        private final AtomicInteger inFlight = new AtomicInteger();
        private final SourceTotals totals;

        Track(SourceLane lane) {
            this.lane = lane;
            this.totals = new SourceTotals(lane.source().name());
        }
    }

    /// What a source answered, or why it did not.
    private sealed interface Answer {
        record Found(Candidates candidates) implements Answer {}

        record None(SourceStatus status, String reason) implements Answer {}
    }

    /// An answer under way.
    private record Asked(
            Track track, CompletableFuture<Answer> answer, long startNanos, Deadline deadline) {}

    /// An answer that came, or did not, with the time that took.
    private record Answered(Answer answer, long micros) {}

    private final List<Track> tracks = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private final Executor executor;
    private final Ticker ticker;
    private final int quotaTotal;

    public Retriever(List<SourceLane> lanes, Executor executor, Ticker ticker) {
        if (lanes.isEmpty() || lanes.size() > SOURCES_MAX) {
            throw invalid("lanes", lanes.size(), "must be 1.." + SOURCES_MAX);
        }
        Set<String> seen = new HashSet<>();
        int total = 0;
        for (SourceLane lane : lanes) {
            if (!seen.add(lane.source().name())) {
                throw invalid("lanes", lane.source().name(), "must have a name of its own");
            }
            tracks.add(new Track(lane));
            names.add(lane.source().name());
            total += lane.quota();
        }
        this.executor = executor;
        this.ticker = ticker;
        this.quotaTotal = total;
    }

    /// The candidates for this query that the predicate does not refuse.
    public Retrieval retrieve(SourceQuery query, LongPredicate excluded) {
        return retrieve(query, excluded, 1);
    }

    /// The same with every source's quota cut down to a share of it, 0..1, but to one candidate at least.
    public Retrieval retrieve(SourceQuery query, LongPredicate excluded, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw invalid("share", share, "must be in 0..1");
        }
        List<Asked> asked = tracks.stream().map(track -> ask(track, query, share)).toList();
        List<Answered> answered = asked.stream().map(this::await).toList();
        Retrieval retrieval = new Retrieval(names, quotaTotal);
        List<SourceReport> reports = merge(answered, excluded, retrieval);
        for (int i = 0; i < reports.size(); i++) {
            tracks.get(i).totals.add(reports.get(i));
        }
        retrieval.report(reports);
        return retrieval;
    }

    /// What every source has done since the start, in the order of the lanes.
    public List<SourceTotals> totals() {
        return tracks.stream().map(track -> track.totals).toList();
    }

    private Asked ask(Track track, SourceQuery query, double share) {
        long start = ticker.nanos();
        long budget = Math.min(track.lane.budgetNanos(), query.deadline().nanosLeft());
        Deadline deadline = new Deadline(ticker, start + budget);
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        if (track.inFlight.incrementAndGet() > track.lane.inFlightMax()) {
            track.inFlight.decrementAndGet();
            answer.complete(
                    busy("queries running=" + track.lane.inFlightMax() + ", the most allowed"));
        } else {
            Deadline told = new Deadline(ticker, start + (long) (budget * SHARE_FOR_SOURCE));
            try {
                executor.execute(() -> answer(track, query.withDeadline(told), share, answer));
            } catch (RejectedExecutionException e) {
                track.inFlight.decrementAndGet();
                answer.complete(busy("the executor takes no more"));
            }
        }
        return new Asked(track, answer, start, deadline);
    }

    private static Answer busy(String reason) {
        return new Answer.None(SourceStatus.BUSY, reason);
    }

    private static void answer(
            Track track, SourceQuery query, double share, CompletableFuture<Answer> answer) {
        try {
            if (query.deadline().passed()) {
                answer.complete(new Answer.None(SourceStatus.LATE, "waited for a thread too long"));
                return;
            }
            Candidates found = new Candidates(track.lane.quota(share));
            track.lane.source().find(query, found);
            answer.complete(new Answer.Found(found));
        } catch (RuntimeException e) {
            answer.complete(new Answer.None(SourceStatus.FAILED, e.toString()));
        } finally {
            track.inFlight.decrementAndGet();
        }
    }

    private Answered await(Asked asked) {
        Answer answer;
        try {
            long left = Math.max(0, asked.deadline().nanosLeft());
            answer = asked.answer().get(left, TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            long budget = asked.deadline().nanos() - asked.startNanos();
            answer =
                    new Answer.None(
                            SourceStatus.LATE,
                            "no answer within " + TimeUnit.NANOSECONDS.toMicros(budget) + " us");
        } catch (ExecutionException e) {
            answer = new Answer.None(SourceStatus.FAILED, String.valueOf(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = new Answer.None(SourceStatus.LATE, "the waiting thread was interrupted");
        }
        long nanos = ticker.nanos() - asked.startNanos();
        return new Answered(answer, TimeUnit.NANOSECONDS.toMicros(nanos));
    }

    private List<SourceReport> merge(
            List<Answered> answered, LongPredicate excluded, Retrieval retrieval) {
        int count = answered.size();
        int[] kept = new int[count];
        int[] duplicates = new int[count];
        int[] refused = new int[count];
        LongTable taken = new LongTable(quotaTotal);
        boolean more = true;
        for (int rank = 0; more; rank++) {
            more = false;
            for (int source = 0; source < count; source++) {
                if (!(answered.get(source).answer() instanceof Answer.Found(Candidates found))
                        || rank >= found.size()) {
                    continue;
                }
                more = true;
                long id = found.id(rank);
                int known = taken.find(id);
                if (known >= 0) {
                    duplicates[source]++;
                    retrieval.alsoFoundBy(known, source);
                } else if (excluded.test(id)) {
                    refused[source]++;
                } else {
                    kept[source]++;
                    taken.add(id);
                    retrieval.add(found, rank, source);
                }
            }
        }
        List<SourceReport> reports = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            reports.add(report(i, answered.get(i), kept[i], duplicates[i], refused[i]));
        }
        return reports;
    }

    private SourceReport report(
            int source, Answered answered, int kept, int duplicates, int excluded) {
        String name = names.get(source);
        return switch (answered.answer()) {
            case Answer.None(SourceStatus status, String reason) ->
                    new SourceReport(name, status, reason, 0, 0, 0, 0, answered.micros());
            case Answer.Found(Candidates found) ->
                    new SourceReport(
                            name,
                            found.wasCutShort() ? SourceStatus.CUT_SHORT : SourceStatus.COMPLETE,
                            found.wasCutShort() ? "stopped at its deadline" : "",
                            found.size(),
                            kept,
                            duplicates,
                            excluded,
                            answered.micros());
        };
    }
}
