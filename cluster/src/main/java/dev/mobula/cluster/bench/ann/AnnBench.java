package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.vectors.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Speed of nearest-neighbour search at equal recall, and what else an index is judged by.
public final class AnnBench implements Bench {
    private static final long SEED = 20;
    private static final int QUICK_VECTORS = 20_000;
    private static final int SHARD_STUDY_VECTORS = 20_000;
    private static final int OPENINGS = 5;
    private static final int FILTER_EF = 160;

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
        AnnData data = data(context);
        Path folder = folder(context, data);
        Files.createDirectories(folder);
        int threads = Runtime.getRuntime().availableProcessors();
        Path snapshot = folder.resolve("mobula.index");
        if (!Files.exists(snapshot)) {
            AnnIndex.build(data, snapshot, threads, context);
        }
        Report report = new Report(name());
        List<PeerContender> peers = peers(context, data, folder);
        try (FrozenIndex index = FrozenIndex.open(snapshot);
                MobulaContender ours = new MobulaContender(data, index);
                HnswlibCoreContender core = HnswlibCoreContender.open(data, folder, context)) {
            if (context.prepareOnly()) {
                return report.figure("prepared", folder.toString());
            }
            List<Contender> contenders = new ArrayList<>(List.of(ours, core));
            contenders.addAll(peers);
            Sweep sweep = new Sweep(contenders);
            sweep.measure(context.quick() ? 3 : 7, context);
            reportSpeed(report, sweep, contenders, peers);
            reportIndex(report, data, snapshot, index, peers);
            reportWork(report, sweep, ours, data);
            ThreadStudy.report(report, data, index);
            new FilterStudy(index, data, context.quick() ? 50 : 200, FILTER_EF).report(report);
            AnnData sample = data.first(context.quick() ? QUICK_VECTORS / 2 : SHARD_STUDY_VECTORS);
            new ShardStudy(sample, folder.resolve("shards"), threads).report(report);
            return report;
        } finally {
            for (PeerContender peer : peers) {
                peer.close();
            }
        }
    }

    private AnnData data(BenchContext context) {
        int count = vectors != null ? vectors : context.quick() ? QUICK_VECTORS : 200_000;
        return AnnData.drawn(metric, count, dimension, context.quick() ? 300 : 1000, SEED);
    }

    private Path folder(BenchContext context, AnnData data) {
        return context.prepared()
                .resolve(
                        "%s-%d-%d-%d"
                                .formatted(metric, data.count(), dimension, data.queries().length));
    }

    private static List<PeerContender> peers(BenchContext context, AnnData data, Path folder)
            throws IOException, InterruptedException {
        Set<String> wanted = new TreeSet<>(context.peers());
        if (wanted.remove("all")) {
            wanted.addAll(PeerContender.PACKAGES.keySet());
        }
        List<PeerContender> peers = new ArrayList<>();
        if (wanted.isEmpty()) {
            return peers;
        }
        Set<String> packages = new TreeSet<>();
        for (String peer : wanted) {
            String part = PeerContender.PACKAGES.get(peer);
            if (part == null) {
                throw new IOException(
                        "--peer "
                                + peer
                                + ": there are all, "
                                + String.join(
                                        ", ", new TreeSet<>(PeerContender.PACKAGES.keySet())));
            }
            packages.add(part);
        }
        Path home = context.prepared().resolve("..").resolve("..").normalize();
        PeerTools tools = PeerTools.install(home, folder, packages);
        data.writeTo(folder);
        for (String peer : wanted) {
            peers.add(PeerContender.open(peer, data, folder, tools));
        }
        return peers;
    }

    private static void reportSpeed(
            Report report, Sweep sweep, List<Contender> contenders, List<PeerContender> peers) {
        Table table = Table.of("library", "us at .95", "us at .99", "mobula is faster", "at .99");
        Map<String, Object> figures = new LinkedHashMap<>();
        for (Contender contender : contenders) {
            OptionalDouble first = sweep.micros(contender.name(), .95);
            OptionalDouble second = sweep.micros(contender.name(), .99);
            double firstRatio = sweep.ratio(contender.name(), "mobula", .95);
            double secondRatio = sweep.ratio(contender.name(), "mobula", .99);
            table.row(
                    contender.name(),
                    cell(first),
                    cell(second),
                    cell(firstRatio),
                    cell(secondRatio));
            Map<String, Object> figure = new TreeMap<>();
            first.ifPresent(micros -> figure.put("us_at_95", micros));
            second.ifPresent(micros -> figure.put("us_at_99", micros));
            figures.put(contender.name(), figure);
        }
        report.table("one query on one thread, processor time at equal recall@10", table);
        report.figure("speed", figures).figure("kernels", AnnData.kernels());
        Map<String, String> versions = new TreeMap<>();
        peers.forEach(peer -> versions.put(peer.name(), peer.version()));
        report.peers(versions);
        checkRatio(report, sweep, "hnswlib-core", 8);
        checkRatio(report, sweep, "hnswlib", 1.7);
        checkRatio(report, sweep, "svs", 1);
        checkRatio(report, sweep, "scann", 1);
    }

    /* A contender that took no part, or did not get there, leaves no check. */
    private static void checkRatio(Report report, Sweep sweep, String other, double goal) {
        for (double target : Sweep.targets()) {
            double ratio = sweep.ratio(other, "mobula", target);
            if (!Double.isNaN(ratio)) {
                report.check(
                        Check.atLeast(
                                "faster than " + other + " at recall " + target, ratio, "x", goal));
            }
        }
    }

    private static void reportIndex(
            Report report,
            AnnData data,
            Path snapshot,
            FrozenIndex index,
            List<PeerContender> peers) {
        double[] openings = new double[OPENINGS];
        for (int i = 0; i < OPENINGS; i++) {
            long start = System.nanoTime();
            FrozenIndex.open(snapshot).close();
            openings[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(openings);
        double opening = openings[OPENINGS / 2];
        long start = System.nanoTime();
        index.verify();
        double verifying = (System.nanoTime() - start) / 1e6;
        double bytes = (double) (index.bytes() - index.attributeBytes()) / data.count();
        report.table(
                "the index",
                Table.of("bytes a vector", "links a row", "open ms", "verify ms")
                        .row(bytes, index.linksPerRow(), opening, verifying));
        report.figure("bytes_per_vector", bytes)
                .figure("open_ms", opening)
                .figure("verify_ms", verifying);
        report.check(Check.atMost("open with every link verified", opening, "ms", 100));
        for (PeerContender peer : peers) {
            if (peer.name().equals("hnswlib") && peer.bytes() > 0) {
                report.check(
                        Check.atMost(
                                "bytes a vector over hnswlib's",
                                bytes / (peer.bytes() / data.count()),
                                "x",
                                data.dimension() >= 128 ? 1.05 : 1.2));
            }
        }
    }

    /* What a query reads, beside what the memory gives when it is read in order. */
    private static void reportWork(Report report, Sweep sweep, MobulaContender ours, AnnData data) {
        double gigabytesPerSecond = ThreadStudy.bandwidth();
        Table table =
                Table.of("recall", "ef", "distances", "hops", "KB read", "us at full bandwidth");
        for (double target : Sweep.targets()) {
            OptionalInt ef = sweep.knob("mobula", target);
            if (ef.isEmpty()) {
                continue;
            }
            double[] work = ours.work(ef.getAsInt());
            double codeBytes = (data.dimension() + 63) & -64;
            double kilobytes = (work[0] * (codeBytes + 4) + work[1] * 128) / 1000;
            table.row(
                    target,
                    ef.getAsInt(),
                    work[0],
                    work[1],
                    kilobytes,
                    kilobytes / gigabytesPerSecond);
        }
        report.table(
                "what a query reads; memory gives %.1f GB/s in order".formatted(gigabytesPerSecond),
                table);
        report.figure("memory_gb_per_second", gigabytesPerSecond);
    }

    private static Object cell(OptionalDouble value) {
        return value.isPresent() ? (Object) value.getAsDouble() : "-";
    }

    private static Object cell(double value) {
        return Double.isNaN(value) ? "-" : (Object) value;
    }
}
