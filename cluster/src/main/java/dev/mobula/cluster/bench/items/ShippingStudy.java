package dev.mobula.cluster.bench.items;

import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.ItemSnapshots;
import dev.mobula.actors.items.SnapshotShipping;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.GraphSpec;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;

/// A snapshot built beside its shard, shipped there beside plain copies of the same file, opened and served.
final class ShippingStudy {
    private static final int ROUNDS = 5;
    private static final double OPEN_SECONDS_PER_MILLION_MAX = 1;
    private static final int OPEN_ROWS_MIN = 50_000;
    private static final double MEGA = 1 << 20;

    private final Cluster cluster;
    private final ItemShards items;
    private final ItemShardSettings settings;
    private final Path folder;

    ShippingStudy(Cluster cluster, ItemShards items, ItemShardSettings settings, Path folder) {
        this.cluster = cluster;
        this.items = items;
        this.settings = settings;
        this.folder = folder;
    }

    void run(BenchContext context, Report report) throws IOException {
        ServiceRef shard = items.shards().getFirst();
        Path file = folder.resolve("shipped.index");
        try (Progress progress = context.progress("snapshot", ROUNDS + 2L)) {
            GraphSpec graph = GraphSpec.defaults(Runtime.getRuntime().availableProcessors());
            ItemSnapshots.build(cluster, shard, settings, graph, file, BuildProgress.SILENT);
            progress.step(1);
            double[] copied = new double[ROUNDS];
            double[] shipped = new double[ROUNDS];
            double[] opened = new double[ROUNDS];
            int rows = 0;
            SnapshotShipping shipping = new SnapshotShipping(cluster, shard);
            for (int round = 0; round < ROUNDS; round++) {
                copied[round] = seconds(() -> copy(file, folder.resolve("copy.index")));
                shipped[round] = seconds(() -> shipping.ship(file, BuildProgress.SILENT));
                shipping.giveUp();
                long start = System.nanoTime();
                try (FrozenIndex index = FrozenIndex.open(file)) {
                    opened[round] = (System.nanoTime() - start) / 1e9;
                    rows = index.count();
                }
                progress.step(1);
            }
            double installed = seconds(() -> shipping.shipAndInstall(file, BuildProgress.SILENT));
            progress.step(1);
            say(report, Files.size(file), rows, copied, shipped, opened, installed);
        }
    }

    private static void say(
            Report report,
            long bytes,
            int rows,
            double[] copied,
            double[] shipped,
            double[] opened,
            double installed) {
        double perMillion = median(opened) * 1e6 / Math.max(1, rows);
        report.table(
                        "a snapshot of %,d vectors, %.1f MB, seconds".formatted(rows, bytes / MEGA),
                        Table.of("", "median", "MB/s")
                                .row("copied and synced", median(copied), rate(bytes, copied))
                                .row("shipped", median(shipped), rate(bytes, shipped))
                                .row("opened, every link checked", median(opened), "")
                                .row("shipped, verified, caught up and served", installed, ""))
                .figure(
                        "shipping",
                        Map.of(
                                "bytes",
                                bytes,
                                "copy_seconds",
                                median(copied),
                                "ship_seconds",
                                median(shipped),
                                "ship_over_copy",
                                median(shipped) / median(copied),
                                "serve_seconds",
                                installed));
        if (rows >= OPEN_ROWS_MIN) {
            report.check(
                    Check.atMost(
                            "opening a million vectors",
                            perMillion,
                            "s",
                            OPEN_SECONDS_PER_MILLION_MAX));
        }
    }

    private static double rate(long bytes, double[] seconds) {
        return bytes / MEGA / median(seconds);
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    /// Work that may fail on files.
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static double seconds(Work work) throws IOException {
        long start = System.nanoTime();
        work.run();
        return (System.nanoTime() - start) / 1e9;
    }

    private static void copy(Path from, Path to) throws IOException {
        try (FileChannel in = FileChannel.open(from, StandardOpenOption.READ);
                FileChannel out =
                        FileChannel.open(
                                to,
                                StandardOpenOption.CREATE,
                                StandardOpenOption.TRUNCATE_EXISTING,
                                StandardOpenOption.WRITE)) {
            long size = in.size();
            for (long at = 0; at < size; ) {
                at += in.transferTo(at, size - at, out);
            }
            out.force(true);
        }
    }
}
