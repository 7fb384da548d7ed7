package dev.mobula.actors.items;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.Service;
import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.actors.runtime.ServiceFactory;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import dev.mobula.retrieval.store.ItemWrite;
import dev.mobula.retrieval.store.Label;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
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

    private static final IndexedAttribute LABELS =
            IndexedAttribute.flags(IndexedAttribute.LABELS, "spam", "adult");
    private static final IndexedAttribute SURFACE =
            IndexedAttribute.flags("surface", "feed", "reels");
    private static final ItemShardSettings SETTINGS =
            ItemShardSettings.of(DIMENSION)
                    .withAttributes(IndexedAttribute.text("language"), LABELS, SURFACE)
                    .withTexts("title");

    protected abstract Cluster cluster();

    /// Ends a shard's instance without its consent; it is to come back.
    protected abstract void crash(ServiceRef shard) throws Exception;

    @BeforeEach
    void spawnShards() {
        shards = ItemShards.spawn(cluster(), newName(), SHARDS, SETTINGS);
    }

    private static String newName() {
        return "shard-of-" + NAMES.incrementAndGet();
    }

    @AfterEach
    void stopShards() {
        stop(shards);
    }

    private void stop(ItemShards all) {
        for (ServiceRef shard : all.shards()) {
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
        FoundItems found = shards.search(query, k, 10 * k, PATIENCE).join();
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
        FoundItems found = shards.search(vector(random), 50, 500, PATIENCE).join();
        assertThat(found.complete()).isFalse();
        assertThat(found.missing()).containsExactly(Map.entry(gone.name(), "UNAVAILABLE"));
        assertThat(Arrays.stream(found.hits().ids()).boxed())
                .isNotEmpty()
                .allMatch(id -> ShardLayout.shardOf(id, SHARDS) == 0);
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

    @Test
    void filtersSpeakOfLanguageAgeAuthorLabelsAndSurface() {
        SplittableRandom random = new SplittableRandom(7);
        List<Item> items = new ArrayList<>();
        for (int id = 0; id < 120; id++) {
            items.add(
                    new Item(
                            id,
                            id % 7,
                            1_000 + id,
                            id % 20 == 3 ? ItemState.WITHHELD : ItemState.VISIBLE,
                            Map.of(
                                    "language", new Attribute.Text(id % 2 == 0 ? "de" : "en"),
                                    "surface",
                                            new Attribute.Words(
                                                    id % 3 == 0
                                                            ? List.of("feed")
                                                            : List.of("feed", "reels"))),
                            id % 5 == 0
                                    ? List.of(new Label("spam", "rules", 1, Label.NEVER))
                                    : List.of(new Label("cats", "model", 1, Label.NEVER)),
                            vector(random)));
        }
        shards.put(items).join();
        Filter filter =
                Filter.all(
                        Filter.oneOfTexts("language", "de"),
                        Filter.atLeast(ItemShardSettings.CREATED, 1_010),
                        Filter.not(Filter.oneOf(ItemShardSettings.AUTHOR, 1, 2)),
                        Filter.noFlag(IndexedAttribute.LABELS, LABELS.mask("spam")),
                        Filter.anyFlag("surface", SURFACE.mask("reels")));
        Set<Long> expected =
                items.stream()
                        .filter(item -> item.state() == ItemState.VISIBLE)
                        .map(Item::id)
                        .filter(id -> id % 2 == 0 && id >= 10 && id % 5 != 0 && id % 3 != 0)
                        .filter(id -> id % 7 != 1 && id % 7 != 2)
                        .collect(Collectors.toSet());
        for (int time = 0; time < 3; time++) {
            FoundItems found = shards.search(vector(random), 120, 500, filter, PATIENCE).join();
            assertThat(found.complete()).isTrue();
            assertThat(Arrays.stream(found.hits().ids()).boxed().collect(Collectors.toSet()))
                    .isEqualTo(expected);
            shards.compact(PATIENCE).join();
        }
        assertThat(
                        shards.search(vector(random), 1, 10, Filter.oneOf("colour", 1), PATIENCE)
                                .join()
                                .missing()
                                .values())
                .containsOnly("REFUSED");
    }

    @Test
    void aLabelEndsByItselfAlsoWhenItsShardWasAway() throws Exception {
        SplittableRandom random = new SplittableRandom(12);
        long now = System.currentTimeMillis();
        Label lasting = new Label("adult", "model", .9f, Label.NEVER);
        Item soon =
                Item.of(1, 1, now)
                        .withEmbedding(vector(random))
                        .withLabels(List.of(lasting, new Label("spam", "rule", 1, now + 200)));
        Item later =
                Item.of(2, 1, now)
                        .withEmbedding(vector(random))
                        .withLabels(List.of(new Label("spam", "rule", 1, now + 3_000)));
        Item never =
                Item.of(3, 1, now)
                        .withEmbedding(vector(random))
                        .withLabels(List.of(new Label("spam", "rule", 1, Label.NEVER)));
        shards.put(List.of(soon, later, never)).join();
        for (ServiceRef shard : shards.shards()) {
            crash(shard);
        }
        Filter noSpam = Filter.noFlag(IndexedAttribute.LABELS, LABELS.mask("spam"));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Set<Long> found = Set.of();
        while (!found.equals(Set.of(1L, 2L))) {
            assertThat(System.nanoTime()).as("labels end; found %s", found).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
            FoundItems answer = shards.search(soon.embedding(), 10, 100, noSpam, PATIENCE).join();
            found = Arrays.stream(answer.hits().ids()).boxed().collect(Collectors.toSet());
        }
        assertThat(shards.find(new long[] {1, 2, 3}, PATIENCE).join())
                .extracting(Item::labels)
                .containsExactlyInAnyOrder(List.of(lasting), List.of(), never.labels());
    }

    @Test
    void readinessNamesTheShardsThatDoNotServe() {
        assertThat(shards.ready(PATIENCE).join()).isEmpty();
        ServiceRef gone = shards.shards().getLast();
        cluster().stop(gone);
        assertThat(shards.ready(Duration.ofSeconds(2)).join()).containsOnlyKeys(gone.name());
    }

    @Test
    void aBatchThatCannotBeStoredIsRefusedByNameAndValue() {
        float[] vector = vector(new SplittableRandom(8));
        float[] infinite = vector.clone();
        assertRefused(
                shards.put(List.of(item(5, vector), item(5, vector))),
                "item.id=5: is put more than once in the batch");
        infinite[3] = Float.POSITIVE_INFINITY;
        assertRefused(
                shards.write(List.of(new ItemWrite.SetEmbedding(5, infinite))),
                "embedding of item 5[3]=Infinity: must be finite");
        assertRefused(
                shards.put(
                        List.of(
                                item(5, vector)
                                        .withAttributes(
                                                Map.of("language", new Attribute.Whole(7))))),
                "language of item 5=Whole[value=7]: must be a text of up to 8 bytes");
        assertRefused(
                shards.put(
                        List.of(
                                item(5, vector)
                                        .withAttributes(
                                                Map.of("surface", new Attribute.Text("watch"))))),
                "surface of item 5=watch: must be among [feed, reels]");
        assertRefused(
                shards.write(List.of(new ItemWrite.SetState(5, ItemState.WITHHELD))),
                "item=5: not stored");
        assertThat(shards.find(new long[] {5}, PATIENCE).join()).isEmpty();
        assertThat(search(vector, 5)).isEmpty();
    }

    private static void assertRefused(CompletableFuture<Void> write, String message) {
        assertThat(write)
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        CallException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(Failure.REFUSED))
                .withMessageContaining(message);
    }

    @Test
    void wordsFindTheTextsAndNeverWhatIsGone() throws InterruptedException {
        List<Item> items = new ArrayList<>();
        for (int id = 0; id < 40; id++) {
            String title = id % 2 == 0 ? "a red bicycle " + id : "green tea";
            items.add(Item.of(id, 1, 1).withAttributes(Map.of("title", new Attribute.Text(title))));
        }
        shards.put(items).join();
        awaitWords("bicycle", 20);
        shards.delete(4).join();
        assertThat(words("bicycle")).hasSize(19).doesNotContain(4L);
        shards.write(List.of(new ItemWrite.SetState(6, ItemState.WITHHELD))).join();
        assertThat(words("bicycle")).hasSize(18).doesNotContain(6L);
        assertThat(words("bicycle 12").getFirst()).isEqualTo(12);
    }

    private List<Long> words(String words) {
        FoundItems found = shards.searchWords(words, 50, PATIENCE).join();
        assertThat(found.complete()).isTrue();
        return Arrays.stream(found.hits().ids()).boxed().toList();
    }

    private void awaitWords(String words, int count) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (words(words).size() < count) {
            assertThat(System.nanoTime()).as("found by " + words).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    /// A shard that takes its time.
    public static final class Slow implements Service {
        /// Starts it.
        public static final class Factory implements ServiceFactory {
            @Override
            public Service start(ServiceContext context) {
                return new Slow();
            }
        }

        @Override
        public byte[] call(int op, byte[] request) throws InterruptedException {
            TimeUnit.SECONDS.sleep(2);
            return request;
        }
    }

    @Test
    void aSlowShardMakesTheAnswerPartialAndIsNamed() {
        String name = newName();
        ServiceRef slow =
                cluster().spawn(ServiceSpec.named(name + "-1", Slow.Factory.class).build());
        ItemShards two = ItemShards.spawn(cluster(), name, 2, SETTINGS);
        SplittableRandom random = new SplittableRandom(9);
        List<Item> items = new ArrayList<>();
        for (long id = 1; items.size() < 20; id++) {
            if (ShardLayout.shardOf(id, 2) == 0) {
                items.add(item(id, vector(random)));
            }
        }
        two.put(items).join();
        FoundItems found = two.search(vector(random), 20, 200, Duration.ofSeconds(1)).join();
        assertThat(found.missing()).containsExactly(Map.entry(slow.name(), "TIMEOUT"));
        assertThat(found.hits().ids()).hasSize(20);
        stop(two);
    }

    private static void awaitCount(Set<Long> acknowledged, int count) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (acknowledged.size() < count) {
            assertThat(System.nanoTime()).as("acknowledged writes").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
