package dev.mobula.actors.feed;

import dev.mobula.actors.candidates.CandidateFinder;
import dev.mobula.actors.candidates.CandidateQuery;
import dev.mobula.actors.candidates.FoundCandidates;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.source.Candidate;
import dev.mobula.retrieval.source.Reason;
import dev.mobula.retrieval.source.SourceReport;
import dev.mobula.retrieval.source.SourceStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;

/// Finds candidates: every source behind one call, and where that cannot be had the item shards' nearest alone.
final class CandidateStage {
    private static final String NEAREST = "nearest";
    private static final String NOTHING_FOUND = "candidates";
    private static final int SEARCH_WIDTH = 2;
    private static final int TIMES_LEFT = 2;

    private final Optional<CandidateFinder> finder;
    private final ItemShards items;
    private final StageFrame frame;

    CandidateStage(Optional<CandidateFinder> finder, ItemShards items, StageFrame frame) {
        this.finder = finder;
        this.items = items;
        this.frame = frame;
    }

    FoundCandidates find(Person person, Taste taste, Run run) {
        long start = run.nanosSinceStart();
        FoundCandidates found =
                finder.map(sources -> askSources(sources, query(person, taste, run), run))
                        .filter(all -> !all.reports().isEmpty())
                        .orElseGet(() -> nearest(taste, run));
        for (SourceReport report : found.reports()) {
            if (report.status() != SourceStatus.COMPLETE) {
                run.degrade("source." + report.source(), report.status() + ": " + report.reason());
            }
        }
        count(found, run, (run.nanosSinceStart() - start) / 1_000);
        return found;
    }

    private static CandidateQuery query(Person person, Taste taste, Run run) {
        FeedRequest request = run.request();
        Set<Long> unwanted = new HashSet<>(request.exclude());
        unwanted.addAll(request.seen());
        return CandidateQuery.of(run.user(), run.nowMillis())
                .withEmbedding(taste.query())
                .inSpace(taste.space())
                .withHistory(taste.recent(), person.follows())
                .withText(request.context().words())
                .withSeed(run.seed())
                .withShare(run.share())
                .without(unwanted.stream().mapToLong(Long::longValue).toArray(), Filter.EVERYTHING);
    }

    /// Half of the time is kept for another try elsewhere.
    private FoundCandidates askSources(CandidateFinder sources, CandidateQuery query, Run run) {
        return frame.ask(
                Stage.CANDIDATES,
                run,
                limit -> sources.find(query, limit.dividedBy(TIMES_LEFT)),
                CandidateStage::none);
    }

    private static FoundCandidates none() {
        return new FoundCandidates(List.of(), new long[0], List.of());
    }

    private FoundCandidates nearest(Taste taste, Run run) {
        if (taste.query().length == 0) {
            run.degrade(NOTHING_FOUND, "nothing is known of the user, nor of the items");
            return none();
        }
        int unwanted = run.request().exclude().size() + run.request().seen().size();
        int count = run.candidatesMax() + unwanted;
        return frame.ask(
                Stage.CANDIDATES,
                run,
                limit -> search(taste, count, limit, run),
                CandidateStage::none);
    }

    private CompletableFuture<FoundCandidates> search(
            Taste taste, int count, Duration limit, Run run) {
        return items.search(
                        taste.space(),
                        taste.query(),
                        count,
                        SEARCH_WIDTH * count,
                        Filter.EVERYTHING,
                        limit)
                .thenApply(
                        found -> {
                            found.missing().forEach(run::degrade);
                            return nearest(found.hits());
                        });
    }

    private static FoundCandidates nearest(Hits hits) {
        List<Candidate> candidates = new ArrayList<>();
        long[] finders = new long[hits.size()];
        for (int i = 0; i < hits.size(); i++) {
            candidates.add(
                    new Candidate(hits.ids()[i], hits.scores()[i], NEAREST, Reason.NEAR_PERSON, 0));
            finders[i] = 1;
        }
        return new FoundCandidates(
                candidates,
                finders,
                List.of(
                        new SourceReport(
                                NEAREST,
                                SourceStatus.COMPLETE,
                                "",
                                hits.size(),
                                hits.size(),
                                0,
                                0,
                                0)));
    }

    private static void count(FoundCandidates found, Run run, long micros) {
        int in = 0;
        Map<String, Integer> filtered = new TreeMap<>();
        for (SourceReport report : found.reports()) {
            in += report.found();
            filtered.merge("duplicate", report.duplicates(), Integer::sum);
            filtered.merge("excluded", report.excluded(), Integer::sum);
        }
        run.count(Stage.CANDIDATES, in, found.candidates().size(), filtered, 0, micros);
    }
}
