package dev.mobula.actors.feed;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ranker.RankRequest;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.ranker.Scores;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.explain.Counterfactual;
import dev.mobula.ranking.explain.Explanation;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.value.ValueExpression;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.store.Item;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The feed pipeline: taste, candidates, filter, scores, values, page.
///
/// A stage that is late or away shortens the page or its ranking, never fails it, and is named in
/// the reply.
public final class Feed {
    private static final String NEAREST = "nearest";
    private static final String UNRANKED = "unranked";
    private static final int CANDIDATES_PER_PLACE = 10;
    private static final int CANDIDATES_MAX = 500;
    private static final int SEARCH_WIDTH = 2;

    private final UserTastes tastes;
    private final ItemShards items;
    private final Rankers rankers;
    private final FeedSettings settings;
    private final InstantSource clock;
    private final Duration stageBudget;

    /// @param settings the budget among them: retrieval, ranking and authors share it
    public Feed(
            UserTastes tastes,
            ItemShards items,
            Rankers rankers,
            FeedSettings settings,
            InstantSource clock) {
        this.tastes = tastes;
        this.items = items;
        this.rankers = rankers;
        this.settings = settings;
        this.clock = clock;
        stageBudget = settings.budget().dividedBy(3);
    }

    /// One request on its way through the stages.
    private static final class Run {
        final Map<String, String> degraded = new LinkedHashMap<>();
        Map<Long, Float> similarities = Map.of();
        @Nullable Arrangement arrangement;
        @Nullable ValueExpression value;
        @Nullable Slate slate;
    }

    /// Makes one page.
    public FeedPage page(FeedRequest request) {
        return pageOf(request, run(request, false));
    }

    /// Makes the page again and tells why one place, counted from 1, is what it is.
    ///
    /// @param otherValue another value expression, to see the page under it
    public FeedExplanation explain(FeedRequest request, int place, Optional<String> otherValue) {
        Run run = run(request, true);
        if (run.arrangement == null || run.value == null || run.slate == null) {
            throw new CallException(
                    Failure.UNAVAILABLE, "the page was not ranked: " + run.degraded);
        }
        int[] selected = run.slate.selected();
        if (place < 1 || place > selected.length) {
            throw new IllegalArgumentException(
                    "place=" + place + " is outside 1.." + selected.length);
        }
        Arrangement arrangement = run.arrangement;
        Slate slate = run.slate;
        Explanation explanation = explain(arrangement, run.value, slate, selected[place - 1]);
        Optional<Counterfactual> counterfactual =
                otherValue.map(
                        other ->
                                Counterfactual.of(
                                        other,
                                        slate,
                                        slate(request, arrangement, parsed(arrangement, other))));
        return new FeedExplanation(pageOf(request, run), explanation, counterfactual);
    }

    private static ValueExpression parsed(Arrangement arrangement, String value) {
        try {
            return arrangement.parse(value);
        } catch (RankingException refused) {
            throw new IllegalArgumentException("value: " + refused.getMessage(), refused);
        }
    }

    /// Candidates of the pool have the indexes they have in the scores.
    private Explanation explain(
            Arrangement arrangement, ValueExpression value, Slate slate, int candidate) {
        Scores scores = arrangement.scores();
        List<FeatureLayout.Reading> features =
                rankers.describe(
                                scores.model(),
                                scores.kernel(),
                                scores.vectors().get(candidate),
                                stageBudget)
                        .join();
        return Explanation.of(
                scores.ids()[candidate],
                scores.batch(),
                features,
                arrangement.headScores(candidate),
                value,
                slate);
    }

    private Run run(FeedRequest request, boolean wantsVectors) {
        Run run = new Run();
        float[] taste = tasteOf(request.user());
        run.similarities = allowed(candidates(taste, request, run.degraded), request);
        Optional<Scores> scores = rank(request.user(), run, wantsVectors);
        Map<Long, Long> authors = authors(run);
        scores.ifPresent(
                scored ->
                        arrange(request, run, new Arrangement(scored, run.similarities, authors)));
        return run;
    }

    private float[] tasteOf(long user) {
        return tastes.tasteOf(user)
                .orElseThrow(
                        () -> new CallException(Failure.REFUSED, "user " + user + " is unknown"));
    }

    private Hits candidates(float[] taste, FeedRequest request, Map<String, String> degraded) {
        int wanted = request.limit() * CANDIDATES_PER_PLACE + request.exclude().size();
        int count = Math.min(wanted, CANDIDATES_MAX + request.exclude().size());
        ItemShards.Found found =
                items.search(taste, count, SEARCH_WIDTH * count, stageBudget).join();
        degraded.putAll(found.missing());
        return found.hits();
    }

    private static Map<Long, Float> allowed(Hits found, FeedRequest request) {
        Map<Long, Float> similarities = new LinkedHashMap<>();
        for (int i = 0; i < found.size(); i++) {
            if (!request.exclude().contains(found.ids()[i])) {
                similarities.put(found.ids()[i], found.scores()[i]);
            }
        }
        return similarities;
    }

    private Optional<Scores> rank(long user, Run run, boolean wantsVectors) {
        long[] ids = run.similarities.keySet().stream().mapToLong(Long::longValue).toArray();
        RankRequest request = RankRequest.of(user, ids, clock.instant().getEpochSecond());
        try {
            return Optional.of(
                    rankers.score(wantsVectors ? request.withVectors() : request, stageBudget)
                            .join());
        } catch (CompletionException late) {
            run.degraded.put("ranking", reason(late));
            return Optional.empty();
        }
    }

    private Map<Long, Long> authors(Run run) {
        long[] ids = run.similarities.keySet().stream().mapToLong(Long::longValue).toArray();
        Map<Long, Long> authors = new HashMap<>();
        try {
            for (Item item : items.find(ids, stageBudget).join()) {
                authors.put(item.id(), item.authorId());
            }
        } catch (CompletionException late) {
            run.degraded.put("authors", reason(late));
        }
        return authors;
    }

    private void arrange(FeedRequest request, Run run, Arrangement arrangement) {
        try {
            run.arrangement = arrangement;
            run.value = arrangement.parse(settings.value());
            run.slate = slate(request, arrangement, run.value);
        } catch (RankingException unfit) {
            run.degraded.put("value", String.valueOf(unfit.getMessage()));
        }
    }

    private Slate slate(FeedRequest request, Arrangement arrangement, ValueExpression value) {
        return arrangement.slate(value, NEAREST, request.limit(), settings.perAuthorMax());
    }

    private static String reason(CompletionException failed) {
        return failed.getCause() instanceof CallException typed
                ? typed.failure().name()
                : String.valueOf(failed.getCause());
    }

    private static FeedPage pageOf(FeedRequest request, Run run) {
        if (run.arrangement == null || run.slate == null) {
            List<FeedPage.Entry> nearest = unscored(run.similarities, request.limit());
            return new FeedPage(request.user(), UNRANKED, nearest, run.degraded);
        }
        List<FeedPage.Entry> entries = new ArrayList<>();
        for (int index : run.slate.selected()) {
            entries.add(scored(run, run.arrangement.scores(), run.slate, index));
        }
        String model = run.arrangement.scores().model();
        return new FeedPage(request.user(), model, entries, run.degraded);
    }

    private static FeedPage.Entry scored(Run run, Scores scores, Slate slate, int index) {
        Map<String, Double> byHead = new HashMap<>();
        for (int head = 0; head < scores.heads().size(); head++) {
            byHead.put(
                    scores.heads().get(head),
                    scores.calibrated()[index * scores.heads().size() + head]);
        }
        long id = scores.ids()[index];
        double similarity = run.similarities.getOrDefault(id, 0f);
        return new FeedPage.Entry(id, NEAREST, similarity, byHead, slate.pool().value(index));
    }

    private static List<FeedPage.Entry> unscored(Map<Long, Float> similarities, int limit) {
        return similarities.entrySet().stream()
                .map(
                        found ->
                                new FeedPage.Entry(
                                        found.getKey(),
                                        NEAREST,
                                        found.getValue(),
                                        Map.of(),
                                        found.getValue()))
                .sorted(
                        Comparator.comparingDouble(FeedPage.Entry::value)
                                .reversed()
                                .thenComparingLong(FeedPage.Entry::id))
                .limit(limit)
                .toList();
    }
}
