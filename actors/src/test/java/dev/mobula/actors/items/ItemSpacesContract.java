package dev.mobula.actors.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.spaces.SpaceVectors;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import dev.mobula.retrieval.store.ItemWrite;
import dev.mobula.retrieval.vectors.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a second space holds to, on whichever cluster the shards run.
public abstract class ItemSpacesContract {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int STORED = 300;
    private static final int KNOWN = 250;
    private static final int KNOWN_LATER = 1_000;
    private static final int WIDTH = 4;

    @TempDir private Path folder;
    private ItemShards items;
    private ItemSpaces spaces;

    protected abstract Cluster cluster();

    /// Ends a shard's instance without its consent; it is to come back.
    protected abstract void crash(ServiceRef shard) throws Exception;

    @BeforeEach
    void open() {
        String name = "spaces-" + NAMES.incrementAndGet();
        items = ItemShards.spawn(cluster(), name, 2, ItemShardSettings.of(2));
        items.put(LongStream.rangeClosed(1, STORED).mapToObj(ItemSpacesContract::item).toList())
                .join();
        spaces = new ItemSpaces(items);
    }

    @AfterEach
    void stop() {
        stop(items);
    }

    private void stop(ItemShards all) {
        for (ServiceRef shard : all.shards()) {
            if (cluster().lookup(shard.name()).isPresent()) {
                cluster().stop(shard);
            }
        }
    }

    private static Item item(long id) {
        return Item.of(id, 1, id).withEmbedding(new float[] {id, 1});
    }

    /// In every space items lie on a line of their own: far out is near to nobody but the query along it.
    private static float[] vector(long id, int axis) {
        float[] vector = new float[WIDTH];
        vector[axis] = id;
        vector[WIDTH - 1] = 1;
        return vector;
    }

    private static float[] along(int axis) {
        float[] query = new float[WIDTH];
        query[axis] = 1;
        return query;
    }

    /// The encoder knows the first items, and some that nobody has stored yet.
    private Path staged(int axis) throws IOException {
        long[] ids =
                LongStream.concat(
                                LongStream.rangeClosed(1, KNOWN),
                                LongStream.range(KNOWN_LATER, KNOWN_LATER + 10))
                        .toArray();
        Path staged = Files.createDirectories(folder.resolve("staged-" + axis));
        SpaceVectors.write(
                staged.resolve("vectors"),
                Metric.INNER_PRODUCT,
                WIDTH,
                ids,
                row -> vector(ids[row], axis));
        return staged;
    }

    private void install(String name, int axis) throws IOException {
        spaces.install(name, staged(axis)).join();
        awaitReady(name);
    }

    private void awaitReady(String name) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!spaces.notReady(name).isEmpty()) {
            assertThat(System.nanoTime())
                    .as(() -> "ready: " + spaces.notReady(name))
                    .isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    private List<Long> found(String space, int axis, int k) {
        FoundItems found =
                items.search(space, along(axis), k, 10 * k, Filter.EVERYTHING, PATIENCE).join();
        assertThat(found.missing()).isEmpty();
        return LongStream.of(found.hits().ids()).boxed().toList();
    }

    private static List<Long> downFrom(long id, int count) {
        return IntStream.range(0, count).mapToObj(i -> id - i).toList();
    }

    @Test
    void aSpaceFindsByItsOwnVectorsWhatIsStoredAndFollowsEveryWriteToIt() throws IOException {
        install("a", 0);
        assertThat(found("a", 0, 5)).isEqualTo(downFrom(KNOWN, 5));
        assertThat(items.search(new float[] {1, 0}, 1, 10, PATIENCE).join().hits().ids())
                .containsExactly(STORED);
        items.delete(KNOWN).join();
        items.write(List.of(new ItemWrite.SetState(KNOWN - 1, ItemState.WITHHELD))).join();
        assertThat(found("a", 0, 3)).isEqualTo(downFrom(KNOWN - 2, 3));
        items.write(List.of(new ItemWrite.SetState(KNOWN - 1, ItemState.VISIBLE))).join();
        items.put(List.of(item(KNOWN), item(KNOWN_LATER), item(STORED + 1))).join();
        assertThat(found("a", 0, 3)).containsExactly((long) KNOWN_LATER, 250L, 249L);
        assertThat(spaces.status().values())
                .allSatisfy(all -> assertThat(all).hasSize(1).allMatch(SpaceStatus::ready));
        int unreachable =
                spaces.status().values().stream()
                        .mapToInt(all -> all.getFirst().unreachable())
                        .sum();
        assertThat(unreachable).isEqualTo(STORED + 1 - KNOWN);
        List<float[]> vectors =
                spaces.vectors("a", new long[] {7, STORED, KNOWN_LATER}, PATIENCE).join();
        assertThat(vectors.get(0)).isEqualTo(vector(7, 0));
        assertThat(vectors.get(1)).isEmpty();
        assertThat(vectors.get(2)).isEqualTo(vector(KNOWN_LATER, 0));
    }

    @Test
    void aShardComesBackWithItsSpacesAndWithWhatWasWrittenMeanwhileAtOnce() throws Exception {
        install("a", 0);
        items.delete(KNOWN, KNOWN - 1).join();
        for (ServiceRef shard : items.shards()) {
            crash(shard);
        }
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!items.ready(PATIENCE).join().isEmpty()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(found("a", 0, 2)).isEqualTo(downFrom(KNOWN - 2, 2));
    }

    @Test
    void twoSpacesServeSideBySideAThirdIsRefusedAndARetiredOneIsNamedInAnswers()
            throws IOException {
        install("a", 0);
        install("b", 1);
        assertThat(found("a", 0, 1)).isEqualTo(found("b", 1, 1));
        assertThat(found("b", 0, 1)).hasSize(1);
        Path third = staged(2);
        assertThatThrownBy(() -> spaces.install("c", third).join())
                .hasMessageContaining("spaces=2, at most 2");
        spaces.keepOnly(Set.of("b")).join();
        assertThat(spaces.notReady("a")).hasSize(2);
        FoundItems partial = items.search("a", along(0), 5, 50, Filter.EVERYTHING, PATIENCE).join();
        assertThat(partial.hits().size()).isZero();
        assertThat(partial.missing()).hasSize(2).containsValue("not ready here: space a");
        assertThat(found("b", 1, 3)).isEqualTo(downFrom(KNOWN, 3));
        install("c", 2);
        assertThat(found("c", 2, 3)).isEqualTo(downFrom(KNOWN, 3));
    }

    @Test
    void nothingThatWasDeletedIsFoundAndNothingStoredIsLostWhileASpaceIsMade() throws IOException {
        SplittableRandom random = new SplittableRandom(5);
        Set<Long> gone = new HashSet<>();
        spaces.install("a", staged(0)).join();
        for (int round = 0; round < 60; round++) {
            long id = 1L + random.nextInt(KNOWN);
            if (gone.contains(id)) {
                items.put(List.of(item(id))).join();
                gone.remove(id);
            } else {
                items.delete(id).join();
                gone.add(id);
            }
            if (spaces.notReady("a").isEmpty()) {
                assertThat(found("a", 0, KNOWN)).containsExactlyElementsOf(left(gone));
            }
        }
        awaitReady("a");
        assertThat(found("a", 0, KNOWN)).containsExactlyElementsOf(left(gone));
    }

    private static List<Long> left(Set<Long> gone) {
        List<Long> left = new ArrayList<>(downFrom(KNOWN, KNOWN));
        left.removeAll(gone);
        return left;
    }

    @Test
    void itemsThatMoveToOtherShardsTakeTheirSpacesWithThem() throws IOException {
        install("a", 0);
        items.delete(KNOWN).join();
        ItemShards moved =
                Resharding.run(
                        items,
                        items.layout().name() + "-moved",
                        3,
                        ItemShardSettings.of(2),
                        7,
                        BuildProgress.SILENT);
        assertThat(new ItemSpaces(moved).notReady("a")).isEmpty();
        assertThat(found("a", 0, 4)).isEqualTo(downFrom(KNOWN - 1, 4));
        moved.put(List.of(item(KNOWN))).join();
        assertThat(found("a", 0, 4)).isEqualTo(downFrom(KNOWN, 4));
        stop(moved);
    }
}
