package dev.mobula.actors.items;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.store.Item;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ItemStreamTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir private Path state;

    private static final class Ids implements ItemStream.Listener {
        private final Set<Long> ids = new ConcurrentSkipListSet<>();

        @Override
        public void stored(Item item) {
            ids.add(item.id());
        }

        @Override
        public void gone(long id) {
            ids.remove(id);
        }

        @Override
        public void readAnew(LongPredicate owned, Set<Long> shown) {
            ids.removeIf(id -> owned.test(id) && !shown.contains(id));
        }
    }

    private static List<Item> items(long from, long to) {
        return LongStream.range(from, to)
                .mapToObj(id -> Item.of(id, 1, 1).withEmbedding(new float[] {1, 1}))
                .toList();
    }

    private static Set<Long> ids(long from, long to) {
        return Set.copyOf(LongStream.range(from, to).boxed().toList());
    }

    @Test
    void everyItemIsToldAndEveryChangeFromThenOn() {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            ItemShards shards = ItemShards.spawn(cluster, "items", 3, ItemShardSettings.of(2));
            shards.put(items(0, 3_000)).join();
            Ids told = new Ids();
            try (ItemStream stream = new ItemStream(cluster, shards.layout(), told)) {
                await(stream::caughtUp);
                assertThat(told.ids).isEqualTo(ids(0, 3_000));
                shards.delete(0).join();
                shards.put(items(3_000, 3_001)).join();
                await(() -> told.ids.equals(ids(1, 3_001)));
                assertThat(stream.reached())
                        .hasSize(3)
                        .allMatch(reach -> reach.position() == reach.newest());
            }
        }
    }

    @Test
    void theStreamGoesWhereTheItemsGo() {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            ItemShards shards = ItemShards.spawn(cluster, "old", 2, ItemShardSettings.of(2));
            shards.put(items(0, 500)).join();
            Ids told = new Ids();
            try (ItemStream stream = new ItemStream(cluster, shards.layout(), told)) {
                await(() -> told.ids.equals(ids(0, 500)));
                shards.delete(0).join();
                ItemShards moved =
                        Resharding.run(
                                shards, "new", 3, ItemShardSettings.of(2), 1, BuildProgress.SILENT);
                moved.delete(1).join();
                moved.put(items(500, 501)).join();
                await(() -> told.ids.equals(ids(2, 501)));
                await(() -> stream.reached().size() == 3);
            }
        }
    }

    /// A store that lost its past, as one restored from a backup, answers "rebuild" to a reader ahead of it.
    @Test
    void aShardThatLostItsPastIsReadWholeAndWhatItNoLongerHasIsGone() throws IOException {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            ItemShards shards = ItemShards.spawn(cluster, "items", 1, ItemShardSettings.of(2));
            shards.put(items(0, 3_000)).join();
            Ids told = new Ids();
            try (ItemStream _ = new ItemStream(cluster, shards.layout(), told)) {
                await(() -> told.ids.equals(ids(0, 3_000)));
                cluster.stop(shards.layout().shard(0));
                try (Stream<Path> folders = Files.list(state)) {
                    for (Path folder : folders.toList()) {
                        Folders.delete(folder);
                    }
                }
                ItemShards restored =
                        ItemShards.spawn(cluster, "items", 1, ItemShardSettings.of(2));
                restored.put(items(2_000, 4_500)).join();
                await(() -> told.ids.equals(ids(2_000, 4_500)));
                restored.delete(2_000).join();
                await(() -> told.ids.equals(ids(2_001, 4_500)));
            }
        }
    }

    @Test
    void aShardThatIsAwayHoldsUpNoOther() {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            ItemShards shards = ItemShards.spawn(cluster, "items", 2, ItemShardSettings.of(2));
            cluster.stop(shards.layout().shard(0));
            List<Item> ofTheOther = new ArrayList<>(items(0, 100));
            ofTheOther.removeIf(item -> ShardLayout.shardOf(item.id(), 2) == 0);
            shards.put(ofTheOther).join();
            Ids told = new Ids();
            try (ItemStream stream = new ItemStream(cluster, shards.layout(), told)) {
                await(() -> told.ids.size() == ofTheOther.size());
                assertThat(stream.caughtUp()).isFalse();
            }
        }
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
