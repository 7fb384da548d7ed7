package dev.mobula.actors.ranker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.features.StoredItems;
import dev.mobula.retrieval.store.Item;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ShardFollowerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /// A store that lost its past, as one restored from a backup, answers "rebuild" to a reader ahead of it.
    @Test
    void aShardThatLostItsChangesIsReadAnewAndWhatItNoLongerHasIsForgotten(@TempDir Path state) {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state))) {
            ItemShards shards = ItemShards.spawn(cluster, "old", 1, ItemShardSettings.of(2));
            shards.put(LongStream.range(0, 3_000).mapToObj(ShardFollowerTest::item).toList())
                    .join();
            ItemShards restored = ItemShards.spawn(cluster, "new", 1, ItemShardSettings.of(2));
            restored.put(LongStream.range(2_000, 4_500).mapToObj(ShardFollowerTest::item).toList())
                    .join();
            var layout = TestModels.model("v", 1).layout();
            ItemColumns columns = new ItemColumns(layout, 10_000);
            StoredItems reading = new StoredItems(layout.schema());
            try (ShardFollower old = new ShardFollower(shards, 0, columns, reading)) {
                await(old::caughtUp);
                assertThat(old.position()).isEqualTo(3_000);
                assertThat(columns.size()).isEqualTo(3_000);
            }
            try (ShardFollower anew = new ShardFollower(restored, 0, columns, reading, 3_000)) {
                await(anew::caughtUp);
                assertThat(anew.position()).isEqualTo(2_500);
                assertThat(columns.ids())
                        .containsExactlyInAnyOrder(LongStream.range(2_000, 4_500).toArray());
                restored.delete(2_000).join();
                await(() -> !columns.contains(2_000));
            }
        }
    }

    private static Item item(long id) {
        return Item.of(id, 1, 1).withEmbedding(new float[] {1, 1});
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
