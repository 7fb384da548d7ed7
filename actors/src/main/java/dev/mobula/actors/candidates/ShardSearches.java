package dev.mobula.actors.candidates;

import dev.mobula.actors.items.FoundItems;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.ItemSpaces;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.source.Deadline;
import dev.mobula.retrieval.source.VectorLookup;
import dev.mobula.retrieval.source.VectorSearch;
import dev.mobula.retrieval.source.WordSearch;
import dev.mobula.retrieval.store.Item;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/// The item shards as the searches that sources ask: many queries go out at once.
final class ShardSearches implements VectorSearch, WordSearch, VectorLookup {
    private static final int EF_PER_RESULT = 2;
    private static final int EF_MIN = 100;
    private static final Duration LIMIT_MAX = Duration.ofSeconds(10);
    private static final float[] NONE = {};

    private final ItemShards items;
    private final String space;

    ShardSearches(ItemShards items) {
        this(items, "");
    }

    private ShardSearches(ItemShards items, String space) {
        this.items = items;
        this.space = space;
    }

    @Override
    public ShardSearches in(String other) {
        return other.equals(space) ? this : new ShardSearches(items, other);
    }

    @Override
    public Hits search(float[] query, int k, Filter filter, Deadline deadline) {
        return hits(asking(query, k, filter, deadline));
    }

    @Override
    public List<Hits> searchAll(List<float[]> queries, int k, Filter filter, Deadline deadline) {
        List<CompletableFuture<FoundItems>> asked =
                queries.stream().map(query -> asking(query, k, filter, deadline)).toList();
        return asked.stream().map(ShardSearches::hits).toList();
    }

    @Override
    public Hits search(String words, int k, Deadline deadline) {
        int most = Math.min(k, ItemShards.WORD_HITS_MAX);
        return hits(items.searchWords(words, most, left(deadline)));
    }

    @Override
    public float[] embedding(long itemId) {
        return embeddings(new long[] {itemId}, Deadline.NEVER).getFirst();
    }

    @Override
    public List<float[]> embeddings(long[] itemIds, Deadline deadline) {
        if (!space.isEmpty()) {
            return new ItemSpaces(items).vectors(space, itemIds, left(deadline)).join();
        }
        Map<Long, float[]> found = new HashMap<>();
        for (Item item : items.find(itemIds, left(deadline)).join()) {
            found.put(item.id(), item.embedding());
        }
        return Arrays.stream(itemIds).mapToObj(id -> found.getOrDefault(id, NONE)).toList();
    }

    private CompletableFuture<FoundItems> asking(
            float[] query, int k, Filter filter, Deadline deadline) {
        int ef = Math.max(EF_MIN, EF_PER_RESULT * k);
        return items.search(space, query, k, ef, filter, left(deadline));
    }

    private static Hits hits(CompletableFuture<FoundItems> answer) {
        FoundItems found = answer.join();
        return new Hits(found.hits().ids(), found.hits().scores(), found.complete());
    }

    private static Duration left(Deadline deadline) {
        return Duration.ofNanos(Math.clamp(deadline.nanosLeft(), 1, LIMIT_MAX.toNanos()));
    }
}
