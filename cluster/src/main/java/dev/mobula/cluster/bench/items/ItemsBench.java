package dev.mobula.cluster.bench.items;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Report;
import dev.mobula.retrieval.store.Item;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/// The item shards as services: freshness under writes, snapshots shipped and opened, items moved to more shards.
public final class ItemsBench implements Bench {
    static final int DIMENSION = 64;
    private static final int LOAD_BATCH = 1_000;

    @Override
    public String name() {
        return "items";
    }

    @Override
    public String summary() {
        return "item shards: how soon a write is found, snapshots shipped and opened, items moved";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        Path state = Files.createTempDirectory("mobula-bench-");
        try {
            return context.ray() ? onRay(context, state) : inJvm(context, state);
        } finally {
            Folders.delete(state);
        }
    }

    private Report inJvm(BenchContext context, Path state) throws IOException {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(state.resolve("shards")))) {
            return measure(context, cluster, state);
        }
    }

    private Report onRay(BenchContext context, Path state)
            throws IOException, InterruptedException {
        try (LocalCluster nodes =
                        LocalCluster.start(RayInstallation.find(), 2, state.resolve("nodes"));
                RayCluster cluster =
                        RayCluster.connect(
                                RayOptions.of(nodes.address()).withNodeIp(nodes.head().nodeIp()))) {
            return measure(context, cluster, state);
        }
    }

    private Report measure(BenchContext context, Cluster cluster, Path state) throws IOException {
        int count = context.quick() ? 8_000 : 60_000;
        Report report = new Report(name());
        report.figure("vectors", count)
                .figure("dimension", DIMENSION)
                .figure("on", context.ray() ? "ray" : "one JVM");
        ItemShardSettings settings = ItemShardSettings.of(DIMENSION);
        ItemShards items = ItemShards.spawn(cluster, "bench-items", 1, settings);
        load(context, items, count);
        new FreshnessStudy(items, count, context.quick() ? 500 : 3_000).run(context, report);
        new ShippingStudy(cluster, items, settings, state).run(context, report);
        new MoveStudy(items, settings).run(report);
        return report;
    }

    private static void load(BenchContext context, ItemShards items, int count) {
        SplittableRandom random = new SplittableRandom(1);
        try (Progress progress = context.progress("load", count)) {
            for (int from = 0; from < count; from += LOAD_BATCH) {
                List<Item> batch = new ArrayList<>();
                for (int id = from; id < Math.min(count, from + LOAD_BATCH); id++) {
                    batch.add(item(id, random));
                }
                items.put(batch).join();
                progress.step(batch.size());
            }
        }
    }

    /// An item whose vector is drawn from the source.
    static Item item(long id, SplittableRandom random) {
        float[] vector = new float[DIMENSION];
        double squares = 0;
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = (float) random.nextGaussian();
            squares += (double) vector[i] * vector[i];
        }
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] /= (float) Math.sqrt(squares);
        }
        return Item.of(id, id % 1_000, id).withEmbedding(vector);
    }
}
