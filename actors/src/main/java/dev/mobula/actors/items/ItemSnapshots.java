package dev.mobula.actors.items;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.frozen.SnapshotBuilder;
import dev.mobula.retrieval.frozen.SnapshotContent;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.vectors.VectorRows;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Builds the index file of a shard somewhere else than in the shard: where there is time and processors for it.
///
/// The file stands for a position of the shard's change stream: [SnapshotShipping] brings it there, and the shard
/// applies what came after.
public final class ItemSnapshots {
    private static final Duration LIMIT = Duration.ofMinutes(1);

    private ItemSnapshots() {}

    /// Reads all items of one shard and writes their index file.
    public static void build(
            Cluster cluster,
            ServiceRef shard,
            ItemShardSettings settings,
            GraphSpec graph,
            Path file,
            BuildProgress progress) {
        Request asking =
                Request.of(ItemShardProtocol.STATS, ItemShardProtocol.NOTHING).within(LIMIT);
        ItemShardStats stats =
                ItemShardStats.CODEC.decode(Answers.await(cluster.call(shard, asking.retried())));
        List<Item> items = new ArrayList<>();
        ShardPages.scan(
                cluster,
                shard,
                LIMIT,
                page -> {
                    page.stream().filter(FollowingIndex::isFindable).forEach(items::add);
                    progress.advanced(
                            "read", items.size(), Math.max(items.size(), stats.findable()));
                });
        try (Arena arena = Arena.ofShared()) {
            SnapshotContent content = content(arena, items, settings, stats.storePosition());
            SnapshotBuilder.build(file, content, graph, progress);
        }
    }

    private static SnapshotContent content(
            Arena arena, List<Item> items, ItemShardSettings settings, long position) {
        AttributeSchema schema = settings.indexSpec().schema();
        VectorRows rows = VectorRows.create(arena, settings.dimension(), items.size());
        long[] ids = new long[items.size()];
        long[][] columns = new long[schema.columns().size()][items.size()];
        for (int row = 0; row < ids.length; row++) {
            Item item = items.get(row);
            String name = "embedding of item " + item.id();
            rows.set(row, settings.metric().prepared(name, item.embedding(), settings.dimension()));
            ids[row] = item.id();
            Attributes attributes = settings.attributesOf(item);
            for (int column = 0; column < columns.length; column++) {
                columns[column][row] = attributes.value(column);
            }
        }
        return new SnapshotContent(settings.metric(), rows, ids, schema, columns, position);
    }
}
