package dev.mobula.actors.items;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.retrieval.store.Item;
import dev.mobula.testing.Seeds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the item shards hold to, on whichever cluster they run.
public abstract class ItemShardsContract {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int DIMENSION = 16;
    private static final int SHARDS = 2;

    private ItemShards shards;

    protected abstract Cluster cluster();

    /// Ends a shard's instance without its consent; it is to come back.
    protected abstract void crash(ServiceRef shard) throws Exception;

    @BeforeEach
    void spawnShards() {
        shards =
                ItemShards.spawn(
                        cluster(),
                        "shard-of-" + NAMES.incrementAndGet(),
                        SHARDS,
                        ItemShardSettings.of(DIMENSION));
    }

    @AfterEach
    void stopShards() {
        for (ServiceRef shard : shards.shards()) {
            if (cluster().lookup(shard.name()).isPresent()) {
                cluster().stop(shard);
            }
        }
    }

    private static float[] vector(SplittableRandom random) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    private static Item item(long id, float[] vector) {
        return Item.of(id, 1, 1).withEmbedding(vector);
    }

    private List<Long> search(float[] query, int k) {
        ItemShards.Found found = shards.search(query, k, 10 * k, PATIENCE).join();
        assertThat(found.complete()).isTrue();
        List<Long> ids = new ArrayList<>();
        for (long id : found.hits().ids()) {
            ids.add(id);
        }
        return ids;
    }

    private static List<Long> best(Map<Long, float[]> vectors, float[] query, int k) {
        return vectors.entrySet().stream()
                .sorted(
                        Comparator.comparingDouble(
                                (Map.Entry<Long, float[]> entry) -> -dot(entry.getValue(), query)))
                .limit(k)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static double dot(float[] one, float[] other) {
        double sum = 0;
        for (int i = 0; i < one.length; i++) {
            sum += (double) one[i] * other[i];
        }
        return sum;
    }

    @Test
    void theMergedAnswerIsTheBestOfAllItemsThroughWritesAndDeletes() {
        Map<Long, float[]> vectors = new HashMap<>();
        Seeds.forAll(
                5,
                random -> {
                    List<Item> batch = new ArrayList<>();
                    for (int i = 0; i < 60; i++) {
                        long id = random.nextLong(200);
                        if (batch.stream().noneMatch(item -> item.id() == id)) {
                            float[] vector = vector(random);
                            vectors.put(id, vector);
                            batch.add(item(id, vector));
                        }
                    }
                    shards.put(batch).join();
                    long gone = vectors.keySet().iterator().next();
                    vectors.remove(gone);
                    shards.delete(gone).join();
                    float[] query = vector(random);
                    assertThat(search(query, 10)).isEqualTo(best(vectors, query, 10));
                    assertThat(search(query, 200)).doesNotContain(gone);
                });
    }

    @Test
    void storedItemsAreFoundByIdWithTheirAttributes() {
        SplittableRandom random = new SplittableRandom(3);
        List<Item> items = List.of(item(1, vector(random)), item(2, vector(random)));
        shards.put(items).join();
        assertThat(shards.find(new long[] {1, 2, 3}, PATIENCE).join())
                .containsExactlyInAnyOrderElementsOf(items);
    }

    @Test
    void aVectorOfTheWrongWidthIsRefusedByNameAndNothingIsStored() {
        CompletableFuture<Void> put = shards.put(List.of(item(77, new float[DIMENSION + 1])));
        assertThat(put)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        CallException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(Failure.REFUSED))
                .withMessageContaining("77");
        assertThat(shards.find(new long[] {77}, PATIENCE).join()).isEmpty();
    }

    @Test
    void aMissingShardMakesTheAnswerPartialAndIsNamed() {
        SplittableRandom random = new SplittableRandom(4);
        List<Item> items = new ArrayList<>();
        for (long id = 1; id <= 50; id++) {
            items.add(item(id, vector(random)));
        }
        shards.put(items).join();
        ServiceRef gone = shards.shards().getLast();
        cluster().stop(gone);
        ItemShards.Found found = shards.search(vector(random), 50, 500, PATIENCE).join();
        assertThat(found.complete()).isFalse();
        assertThat(found.missing()).containsExactly(Map.entry(gone.name(), "UNAVAILABLE"));
        assertThat(Arrays.stream(found.hits().ids()).boxed())
                .isNotEmpty()
                .allMatch(id -> ItemShards.shardOf(id, SHARDS) == 0);
    }

    @Test
    void everyAcknowledgedWriteSurvivesACrashUnderWrites() throws Exception {
        Set<Long> acknowledged = ConcurrentHashMap.newKeySet();
        AtomicBoolean stopped = new AtomicBoolean();
        Thread writer =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    SplittableRandom random = new SplittableRandom(5);
                                    for (long id = 1; !stopped.get(); id++) {
                                        try {
                                            shards.put(List.of(item(id, vector(random)))).join();
                                            acknowledged.add(id);
                                        } catch (CompletionException notAcknowledged) {
                                            assertThat(notAcknowledged)
                                                    .hasCauseInstanceOf(CallException.class);
                                        }
                                    }
                                });
        awaitCount(acknowledged, 100);
        crash(shards.shards().getFirst());
        awaitCount(acknowledged, acknowledged.size() + 100);
        stopped.set(true);
        writer.join();
        long[] ids = acknowledged.stream().mapToLong(Long::longValue).toArray();
        assertThat(shards.find(ids, PATIENCE).join()).hasSize(ids.length);
        Set<Long> found = new HashSet<>(search(vector(new SplittableRandom(6)), 5_000));
        assertThat(found).containsAll(acknowledged);
    }

    private static void awaitCount(Set<Long> acknowledged, int count) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (acknowledged.size() < count) {
            assertThat(System.nanoTime()).as("acknowledged writes").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
