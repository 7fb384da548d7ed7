package dev.mobula.cluster.bench.items;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShardStats;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.Resharding;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.frozen.BuildProgress;
import java.util.Map;

/// All items moved from one shard to two, rebuilt from the store.
final class MoveStudy {
    private final ItemShards items;
    private final ItemShardSettings settings;

    MoveStudy(ItemShards items, ItemShardSettings settings) {
        this.items = items;
        this.settings = settings;
    }

    void run(Report report) {
        long before = findable(items);
        long start = System.nanoTime();
        ItemShards moved =
                Resharding.run(items, "bench-items.2", 2, settings, start, BuildProgress.SILENT);
        double seconds = (System.nanoTime() - start) / 1e9;
        long after = findable(moved);
        report.table(
                        "from one shard to two, stored, indexed and served",
                        Table.of("items", "seconds", "items/s")
                                .row(after, seconds, after / seconds))
                .figure("move", Map.of("items", after, "seconds", seconds))
                .check(Check.all("items moved", after, before));
    }

    private static long findable(ItemShards shards) {
        return shards.stats().stream().mapToLong(ItemShardStats::findable).sum();
    }
}
