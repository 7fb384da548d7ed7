package dev.mobula.cluster.api;

import dev.mobula.actors.items.FoundItems;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.safety.Visibility;
import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.filters.FilterCompiler;
import dev.mobula.retrieval.filters.RowPredicate;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.source.CandidateSource;
import dev.mobula.retrieval.source.Candidates;
import dev.mobula.retrieval.source.FusionSource;
import dev.mobula.retrieval.source.Reason;
import dev.mobula.retrieval.source.SourceQuery;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.longlong.Roaring64Bitmap;

/// Items by likeness and by words: `POST /v1/similar`, `POST /v1/search`.
public final class SearchRoutes {
    private static final int DEFAULT_LIMIT = 20;
    private static final int LIMIT_MAX = 200;
    private static final int WORDS_CHARS_MAX = 1_000;
    private static final int WIDTH_LEAST = 64;
    private static final int DEEPER = 4;
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private final ItemShards items;
    private final ItemShardSettings settings;
    private final Shown shown;

    /// @param settings what the shards index
    public SearchRoutes(
            ItemShards items, ItemShardSettings settings, UserShards users, Visibility visibility) {
        this.items = items;
        this.settings = settings;
        shown = new Shown(users, visibility);
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/similar", Scope.FEED, this::similar),
                Route.post("/v1/search", Scope.FEED, this::search));
    }

    /// @param missing shards that gave no whole answer, with the reason
    private record FoundBody(List<Shown.Hit> items, Map<String, String> missing) {}

    /// The best that may be shown.
    private Answer answer(Hits hits, Shown.Viewer viewer, int limit, Map<String, String> missing) {
        return Answer.ok(new FoundBody(shown.of(hits, viewer, limit), missing));
    }

    private static int limitOf(@Nullable Integer asked) {
        int limit = asked == null ? DEFAULT_LIMIT : asked;
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new RequestProblem("limit", limit, "is outside 1.." + LIMIT_MAX);
        }
        return limit;
    }

    private void requireFits(float[] embedding) {
        if (embedding.length != settings.dimension()) {
            throw new RequestProblem(
                    "embedding",
                    embedding.length + " numbers",
                    "must be as many as the items' have: " + settings.dimension());
        }
        for (float number : embedding) {
            if (!Float.isFinite(number)) {
                throw new RequestProblem("embedding", number, "must be finite");
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record SimilarBody(
            @Nullable Long item,
            float @Nullable [] embedding,
            @Nullable Integer limit,
            @Nullable List<Where> where,
            @Nullable Long user,
            @Nullable List<String> topics) {}

    private Answer similar(Exchange exchange) {
        SimilarBody body = exchange.body(SimilarBody.class);
        @Nullable Long item = body.item();
        float @Nullable [] near = body.embedding();
        Filter where = Where.all(body.where(), settings);
        Shown.Viewer viewer = shown.viewer(body.user(), body.topics());
        if (item != null && near == null) {
            Filter others = Filter.not(Filter.idIn(Roaring64Bitmap.bitmapOf(item)));
            return nearest(embeddingOf(item), viewer, body.limit(), Filter.all(where, others));
        }
        if (near != null && item == null) {
            requireFits(near);
            return nearest(near, viewer, body.limit(), where);
        }
        throw RequestProblem.missing("item", "one of item and embedding must be there");
    }

    private Answer nearest(
            float[] embedding, Shown.Viewer viewer, @Nullable Integer asked, Filter where) {
        int limit = limitOf(asked);
        FoundItems found = near(embedding, viewer.deeper(limit), where);
        return answer(found.hits(), viewer, limit, found.missing());
    }

    private float[] embeddingOf(long id) {
        Item item =
                items.find(new long[] {id}, LIMIT).join().stream()
                        .filter(one -> one.state() == ItemState.VISIBLE)
                        .findFirst()
                        .orElseThrow(() -> RequestProblem.absent("item", id));
        if (item.embedding().length == 0) {
            throw new RequestProblem("item", id, "has no embedding to be near to");
        }
        return item.embedding();
    }

    private FoundItems near(float[] embedding, int limit, Filter where) {
        return items.search(embedding, limit, Math.max(WIDTH_LEAST, 2 * limit), where, LIMIT)
                .join();
    }

    @SuppressWarnings("ArrayRecordComponent")
    private record SearchBody(
            @Nullable String words,
            float @Nullable [] embedding,
            @Nullable Integer limit,
            @Nullable List<Where> where,
            @Nullable Long user,
            @Nullable List<String> topics) {}

    private Answer search(Exchange exchange) {
        SearchBody body = exchange.body(SearchBody.class);
        String words = body.words() == null ? "" : body.words().strip();
        if (words.isEmpty() && body.embedding() == null) {
            throw RequestProblem.missing("words", "words, an embedding or both must be there");
        }
        if (words.length() > WORDS_CHARS_MAX) {
            throw new RequestProblem("words", words, "has over " + WORDS_CHARS_MAX + " characters");
        }
        if (!words.isEmpty() && settings.texts().isEmpty()) {
            throw new RequestProblem("words", words, "is refused: no texts are indexed here");
        }
        int limit = limitOf(body.limit());
        Filter where = Where.all(body.where(), settings);
        Shown.Viewer viewer = shown.viewer(body.user(), body.topics());
        int depth = viewer.deeper(limit);
        Map<String, String> missing = new LinkedHashMap<>();
        if (body.embedding() == null) {
            return answer(byWords(words, depth, where, missing), viewer, limit, missing);
        }
        requireFits(body.embedding());
        FoundItems nearest = near(body.embedding(), DEEPER * depth, where);
        missing.putAll(nearest.missing());
        if (words.isEmpty()) {
            return answer(nearest.hits(), viewer, limit, missing);
        }
        Hits found = byWords(words, DEEPER * depth, where, missing);
        return answer(fused(found, nearest.hits(), depth), viewer, limit, missing);
    }

    /// What words find is filtered here, from the stored items, so more are asked for than wanted.
    private Hits byWords(String words, int limit, Filter where, Map<String, String> missing) {
        boolean all = where.equals(Filter.EVERYTHING);
        int most = ItemShards.WORD_HITS_MAX;
        FoundItems found =
                items.searchWords(words, all ? Math.min(limit, most) : most, LIMIT).join();
        missing.putAll(found.missing());
        if (all) {
            return found.hits();
        }
        Set<Long> passing = passing(found.hits().ids(), where);
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < found.hits().size() && kept.size() < limit; i++) {
            if (passing.contains(found.hits().ids()[i])) {
                kept.add(i);
            }
        }
        long[] ids = kept.stream().mapToLong(i -> found.hits().ids()[i]).toArray();
        float[] scores = new float[ids.length];
        for (int i = 0; i < ids.length; i++) {
            scores[i] = found.hits().scores()[kept.get(i)];
        }
        return new Hits(ids, scores, found.hits().complete());
    }

    private Set<Long> passing(long[] ids, Filter where) {
        ItemColumns columns = ItemColumns.of(settings, items.find(ids, LIMIT).join());
        RowPredicate predicate = FilterCompiler.compile(where, columns);
        Set<Long> passing = new HashSet<>();
        for (int row = 0; row < columns.items().size(); row++) {
            if (predicate.test(row)) {
                passing.add(columns.id(row));
            }
        }
        return passing;
    }

    private static Hits fused(Hits words, Hits nearest, int limit) {
        Candidates fused = new Candidates(limit);
        new FusionSource("hybrid", List.of(given("words", words), given("vector", nearest)))
                .find(SourceQuery.of(0, 0), fused);
        long[] ids = new long[fused.size()];
        float[] scores = new float[fused.size()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = fused.id(i);
            scores[i] = fused.score(i);
        }
        return new Hits(ids, scores, true);
    }

    private static CandidateSource given(String name, Hits hits) {
        return new CandidateSource() {
            @Override
            public String name() {
                return name;
            }

            @Override
            public void find(SourceQuery query, Candidates found) {
                for (int i = 0; i < hits.size() && found.room() > 0; i++) {
                    found.add(hits.ids()[i], hits.scores()[i], Reason.TEXT, 0);
                }
            }
        };
    }
}
