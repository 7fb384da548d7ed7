package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Report;
import dev.mobula.retrieval.vectors.Metric;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Speed of nearest-neighbour search at equal recall, and what else an index is judged by.
public final class AnnBench implements Bench {
    private static final long SEED = 20;
    private static final int QUICK_VECTORS = 20_000;
    private static final int SHARD_STUDY_VECTORS = 20_000;
    private static final int FILTER_EF = 160;
    private static final Map<String, Double> CLUSTERED_GOALS =
            Map.of("hnswlib-core", 8., "hnswlib", 1.7, "svs", 1., "scann", 1.);
    private static final Map<String, Double> GOWALLA_GOALS =
            Map.of("hnswlib-core", 8., "hnswlib", 2.5, "svs", 1., "scann", 1.);

    /// What can be left out.
    enum Part {
        SPEED,
        THREADS,
        FILTERS,
        SHARDS
    }

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "These parts alone, beside the index itself: ${COMPLETION-CANDIDATES}.")
    private List<Part> parts = List.of(Part.values());

    @Option(
            names = "--without-core",
            description = "Leave hnswlib-core out, which takes longest to build.")
    private boolean withoutCore;

    /// Which vectors.
    enum Set {
        CLUSTERED,
        GOWALLA,
        BOTH
    }

    @Option(names = "--vectors", paramLabel = "N", description = "Vectors (200000; quick: 20000).")
    private @Nullable Integer vectors;

    @Option(
            names = "--dim",
            paramLabel = "D",
            description = "Dimension (${DEFAULT-VALUE}).",
            defaultValue = "64")
    private int dimension;

    @Option(
            names = "--metric",
            paramLabel = "METRIC",
            description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).",
            defaultValue = "COSINE")
    private Metric metric = Metric.COSINE;

    @Option(
            names = "--set",
            paramLabel = "SET",
            description = "${COMPLETION-CANDIDATES} (BOTH; quick: CLUSTERED).")
    private @Nullable Set set;

    @Option(
            names = "--gowalla",
            paramLabel = "DIR",
            description = "Gowalla's files (shared/datasets/gowalla beside the checkout).")
    private @Nullable Path gowalla;

    @Option(
            names = "--shards",
            paramLabel = "S",
            description = "Ours alone, the vectors over S shards.",
            defaultValue = "1")
    private int shards;

    @Override
    public String name() {
        return "ann";
    }

    @Override
    public String summary() {
        return "nearest-neighbour search against other libraries at equal recall";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        if (dimension < 1 || dimension > 4096) {
            throw new IOException("--dim " + dimension + ": must be in 1..4096");
        }
        if (shards < 1 || shards > 64) {
            throw new IOException("--shards " + shards + ": must be in 1..64");
        }
        if (vectors != null && vectors < 1000) {
            throw new IOException("--vectors " + vectors + ": must be 1000 or more");
        }
        Report report = new Report(name());
        if (shards > 1) {
            new WideStudy(clustered(context), shards).report(report, context);
            return report;
        }
        Set wanted = set != null ? set : context.quick() ? Set.CLUSTERED : Set.BOTH;
        if (wanted != Set.GOWALLA) {
            runClustered(report, context);
        }
        Optional<Path> folder = GowallaVectors.folder(gowalla, context);
        if (wanted != Set.CLUSTERED && folder.isPresent()) {
            runGowalla(report, folder.get(), context);
        }
        return report.figure("kernels", AnnData.kernels());
    }

    private void runClustered(Report report, BenchContext context)
            throws IOException, InterruptedException {
        AnnSet vectors = clustered(context);
        boolean bothStructures = parts.contains(Part.SPEED) || parts.contains(Part.FILTERS);
        boolean core = parts.contains(Part.SPEED) && !withoutCore;
        try (SpeedStudy study = SpeedStudy.open(vectors, context, bothStructures, core)) {
            if (context.prepareOnly()) {
                report.figure("prepared", vectors.folder().toString());
                return;
            }
            if (parts.contains(Part.SPEED)) {
                study.report(report, context, CLUSTERED_GOALS);
            }
            study.reportIndex(report);
            if (parts.contains(Part.THREADS)) {
                ThreadStudy.report(report, vectors.data(), study.indexes().chosen());
            }
            if (parts.contains(Part.FILTERS)) {
                int queries = context.quick() ? 50 : 200;
                new FilterStudy(study.indexes(), vectors.data(), queries, FILTER_EF).report(report);
            }
        }
        if (parts.contains(Part.SHARDS)) {
            runShards(report, vectors, context);
        }
    }

    private static void runShards(Report report, AnnSet vectors, BenchContext context)
            throws IOException {
        int some = context.quick() ? QUICK_VECTORS / 2 : SHARD_STUDY_VECTORS;
        int threads = Runtime.getRuntime().availableProcessors();
        new ShardStudy(vectors.data().first(some), vectors.folder().resolve("shards"), threads)
                .report(report);
    }

    private void runGowalla(Report report, Path folder, BenchContext context)
            throws IOException, InterruptedException {
        AnnData data = GowallaVectors.load(folder, queryCount(context), context);
        AnnSet vectors = AnnSet.of("gowalla", data, context);
        try (SpeedStudy study = SpeedStudy.open(vectors, context, true, !withoutCore)) {
            if (context.prepareOnly()) {
                report.figure("prepared_gowalla", vectors.folder().toString());
                return;
            }
            study.report(report, context, GOWALLA_GOALS);
        }
    }

    private AnnSet clustered(BenchContext context) throws IOException {
        int count = vectors != null ? vectors : context.quick() ? QUICK_VECTORS : 200_000;
        AnnData data = AnnData.drawn(metric, count, dimension, queryCount(context), SEED);
        return AnnSet.of("clustered", data, context);
    }

    private static int queryCount(BenchContext context) {
        return context.quick() ? 300 : 1000;
    }
}
