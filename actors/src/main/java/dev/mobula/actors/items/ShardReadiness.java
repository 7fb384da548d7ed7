package dev.mobula.actors.items;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.ShardLayout;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/// Which shards of a layout serve, by asking each for its phase and nothing else.
///
/// @param missing those that do not, with the reason
/// @param movedTo where the items went, when a shard has retired
record ShardReadiness(Map<String, String> missing, Optional<ShardLayout> movedTo) {
    static CompletableFuture<ShardReadiness> ask(
            Cluster cluster, ShardLayout layout, Duration limit) {
        Request asking =
                Request.of(ItemShardProtocol.PHASE, ItemShardProtocol.NOTHING).within(limit);
        List<CompletableFuture<ShardPhase>> phases =
                layout.shards().stream().map(shard -> phase(cluster, shard, asking)).toList();
        return CompletableFuture.allOf(phases.toArray(CompletableFuture<?>[]::new))
                .handle((done, anyFailure) -> of(layout, phases));
    }

    private static CompletableFuture<ShardPhase> phase(
            Cluster cluster, ServiceRef shard, Request asking) {
        return cluster.call(shard, asking).thenApply(ShardPhase.CODEC::decode);
    }

    private static ShardReadiness of(
            ShardLayout layout, List<CompletableFuture<ShardPhase>> phases) {
        Map<String, String> missing = new LinkedHashMap<>();
        Optional<ShardLayout> movedTo = Optional.empty();
        for (int i = 0; i < phases.size(); i++) {
            String shard = layout.shard(i).name();
            CompletableFuture<ShardPhase> answer = phases.get(i);
            if (answer.isCompletedExceptionally()) {
                missing.put(shard, FoundItems.reason(cause(answer.exceptionNow())));
                continue;
            }
            ShardPhase phase = answer.join();
            if (phase.stage() != ShardPhase.Stage.SERVING) {
                missing.put(shard, phase.stage().name());
            }
            if (phase.isRetired() && movedTo.isEmpty()) {
                movedTo = phase.successor();
            }
        }
        return new ShardReadiness(missing, movedTo);
    }

    private static Throwable cause(Throwable failed) {
        Throwable cause = failed.getCause();
        return failed instanceof CompletionException && cause != null ? cause : failed;
    }
}
