package dev.mobula.actors.items;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.ShardLayout;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;

/// What does not go on behind shards that serve.
public final class ShardTroubles {
    private ShardTroubles() {}

    /// Why the last compaction of a shard failed, by shard; empty when nothing stands still. Shards that do not answer
    /// within the limit are left out: that they are away is told elsewhere.
    public static CompletableFuture<Map<String, String>> of(
            Cluster cluster, ShardLayout layout, Duration limit) {
        Request asking =
                Request.of(ItemShardProtocol.TROUBLE, ItemShardProtocol.NOTHING).within(limit);
        Map<String, String> troubles = new ConcurrentSkipListMap<>();
        List<CompletableFuture<Boolean>> answers = new ArrayList<>();
        for (ServiceRef shard : layout.shards()) {
            answers.add(
                    cluster.call(shard, asking)
                            .thenAccept(
                                    told -> {
                                        if (told.length > 0) {
                                            String why = new String(told, StandardCharsets.UTF_8);
                                            troubles.put(shard.name(), why);
                                        }
                                    })
                            .handle((done, away) -> away == null));
        }
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done -> troubles);
    }
}
