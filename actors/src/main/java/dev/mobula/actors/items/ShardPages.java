package dev.mobula.actors.items;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemChange;
import dev.mobula.retrieval.store.ItemStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// All that one shard holds, and what changes in it, page by page: how followers and successors read it.
final class ShardPages {
    /// The most changes, or items of a scan, in one answer.
    static final int ROWS_MAX = 4_096;

    /// How many are asked for at once.
    static final int ROWS = 1_000;

    private ShardPages() {}

    /// Changes of one shard, and the position of its newest one.
    record Changed(Changes<ItemChange> changes, long newest) {}

    /// What changed in a shard after this position, at most about 4 MB of it.
    static CompletableFuture<Changed> changes(
            Cluster cluster, ServiceRef shard, long position, Duration limit) {
        byte[] message =
                ItemShardProtocol.Part.CODEC.encode(new ItemShardProtocol.Part(position, ROWS));
        return cluster.call(shard, Request.of(ItemShardProtocol.CHANGES, message).within(limit))
                .thenApply(ItemShardProtocol.CHANGED::decode);
    }

    /// Shows every stored item of a shard, in the order of ids.
    static void scan(
            Cluster cluster, ServiceRef shard, Duration limit, Consumer<List<Item>> pages) {
        long first = Long.MIN_VALUE;
        boolean last = false;
        while (!last) {
            ItemStore.ScanPage page = Answers.await(page(cluster, shard, first, limit));
            pages.accept(page.items());
            last = page.last() || page.items().getLast().id() == Long.MAX_VALUE;
            first = last ? first : page.items().getLast().id() + 1;
        }
    }

    private static CompletableFuture<ItemStore.ScanPage> page(
            Cluster cluster, ServiceRef shard, long firstId, Duration limit) {
        byte[] message =
                ItemShardProtocol.Part.CODEC.encode(new ItemShardProtocol.Part(firstId, ROWS));
        return cluster.call(shard, Request.of(ItemShardProtocol.SCAN, message).within(limit))
                .thenApply(ItemShardProtocol.SCANNED::decode);
    }
}
