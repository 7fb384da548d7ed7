package dev.mobula.actors.feed;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.ranker.Scores;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.retrieval.shard.Hits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/// The feed pipeline: taste, candidates, filter, scores, page.
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
    private final Duration retrievalBudget;
    private final Duration rankingBudget;

    /// @param budget the time one request may take; retrieval and ranking share it
    public Feed(UserTastes tastes, ItemShards items, Rankers rankers, Duration budget) {
        this.tastes = tastes;
        this.items = items;
        this.rankers = rankers;
        retrievalBudget = budget.dividedBy(2);
        rankingBudget = budget.dividedBy(2);
    }

    /// Makes one page.
    public FeedPage page(FeedRequest request) {
        Map<String, String> degraded = new LinkedHashMap<>();
        float[] taste = tasteOf(request.user());
        Hits found = candidates(taste, request, degraded);
        Map<Long, Float> similarities = allowed(found, request);
        Ranked ranked = rank(similarities, degraded);
        List<FeedPage.Entry> best = best(ranked.entries(), request.limit());
        return new FeedPage(request.user(), ranked.model(), best, degraded);
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
                items.search(taste, count, SEARCH_WIDTH * count, retrievalBudget).join();
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

    private record Ranked(String model, List<FeedPage.Entry> entries) {}

    private Ranked rank(Map<Long, Float> similarities, Map<String, String> degraded) {
        long[] ids = similarities.keySet().stream().mapToLong(Long::longValue).toArray();
        try {
            Scores scores = rankers.score(ids, rankingBudget).join();
            return new Ranked(scores.model(), scored(scores, similarities));
        } catch (CompletionException late) {
            degraded.put("ranking", reason(late));
            return new Ranked(UNRANKED, unscored(similarities));
        }
    }

    private static String reason(CompletionException failed) {
        return failed.getCause() instanceof CallException typed
                ? typed.failure().name()
                : String.valueOf(failed.getCause());
    }

    private static List<FeedPage.Entry> scored(Scores scores, Map<Long, Float> similarities) {
        List<FeedPage.Entry> entries = new ArrayList<>();
        for (int i = 0; i < scores.ids().length; i++) {
            Map<String, Double> byHead = new HashMap<>();
            double value = similarities.getOrDefault(scores.ids()[i], 0f);
            double similarity = value;
            for (int head = 0; head < scores.heads().size(); head++) {
                byHead.put(scores.heads().get(head), (double) scores.value(i, head));
                value += scores.value(i, head);
            }
            entries.add(new FeedPage.Entry(scores.ids()[i], NEAREST, similarity, byHead, value));
        }
        return entries;
    }

    private static List<FeedPage.Entry> unscored(Map<Long, Float> similarities) {
        return similarities.entrySet().stream()
                .map(
                        found ->
                                new FeedPage.Entry(
                                        found.getKey(),
                                        NEAREST,
                                        found.getValue(),
                                        Map.of(),
                                        found.getValue()))
                .toList();
    }

    private static List<FeedPage.Entry> best(List<FeedPage.Entry> entries, int limit) {
        return entries.stream()
                .sorted(
                        Comparator.comparingDouble(FeedPage.Entry::value)
                                .reversed()
                                .thenComparingLong(FeedPage.Entry::id))
                .limit(limit)
                .toList();
    }
}
