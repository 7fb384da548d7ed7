package dev.mobula.cluster.bench;

import dev.mobula.cluster.bench.ann.AnnBench;
import dev.mobula.cluster.bench.budget.BudgetBench;
import dev.mobula.cluster.bench.events.EventsBench;
import dev.mobula.cluster.bench.feed.FeedBench;
import dev.mobula.cluster.bench.items.ItemsBench;
import dev.mobula.cluster.bench.rank.RankBench;
import dev.mobula.cluster.bench.runtime.RuntimeBench;
import dev.mobula.cluster.bench.safety.SafetyBench;
import dev.mobula.cluster.bench.train.TrainBench;
import dev.mobula.cluster.bench.world.WorldBench;
import java.util.List;

/// The benchmarks there are.
public final class Benches {
    private Benches() {}

    /// All of them, in the order in which they are listed.
    public static List<Bench> all() {
        return List.of(
                new LauncherBench(),
                new RuntimeBench(),
                new AnnBench(),
                new ItemsBench(),
                new EventsBench(),
                new RankBench(),
                new TrainBench(),
                new WorldBench(),
                new BudgetBench(),
                new FeedBench(),
                new SafetyBench());
    }
}
