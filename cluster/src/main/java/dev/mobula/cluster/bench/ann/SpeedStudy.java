package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.PythonPeers;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.frozen.FrozenIndex;
import java.io.IOException;
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

/// One set of vectors in every library, at equal recall, interleaved; and what our index of it is like.
final class SpeedStudy implements AutoCloseable {
    private static final int OPENINGS = 5;
    private static final String OURS = "mobula";

    private final AnnSet set;
    private final AnnIndexes indexes;
    private final MobulaContender ours;
    private final List<Contender> contenders = new ArrayList<>();
    private final List<PeerContender> peers = new ArrayList<>();

    private SpeedStudy(AnnSet set, AnnIndexes indexes) {
        this.set = set;
        this.indexes = indexes;
        ours = new MobulaContender(OURS, set.data(), indexes.chosen());
    }

    /// Opens or builds every contender's index.
    static SpeedStudy open(AnnSet set, BenchContext context, boolean withOther, boolean withCore)
            throws IOException, InterruptedException {
        SpeedStudy study = new SpeedStudy(set, AnnIndexes.open(set, context, withOther));
        boolean opened = false;
        try {
            study.openContenders(context, withCore);
            opened = true;
            return study;
        } finally {
            if (!opened) {
                study.close();
            }
        }
    }

    private void openContenders(BenchContext context, boolean withCore)
            throws IOException, InterruptedException {
        contenders.add(ours);
        indexes.other()
                .ifPresent(
                        other ->
                                contenders.add(
                                        new MobulaContender(
                                                AnnIndexes.name(other), set.data(), other)));
        if (withCore) {
            contenders.add(HnswlibCoreContender.open(set.data(), set.folder(), context));
        }
        Set<String> wanted = wanted(context);
        Set<String> packages = new TreeSet<>();
        wanted.forEach(peer -> packages.add(PeerContender.PACKAGES.getOrDefault(peer, peer)));
        if (wanted.isEmpty()) {
            return;
        }
        packages.add("numpy");
        Path home = context.prepared().resolve("..").resolve("..").normalize();
        PythonPeers tools = PythonPeers.install(home, set.folder(), packages);
        set.data().writeTo(set.folder());
        for (String peer : wanted) {
            peers.add(PeerContender.open(peer, set.data(), set.folder(), tools));
        }
        contenders.addAll(peers);
    }

    private static Set<String> wanted(BenchContext context) throws IOException {
        Set<String> known = PeerContender.PACKAGES.keySet();
        Set<String> wanted = new TreeSet<>(context.peers());
        if (wanted.remove("all")) {
            wanted.addAll(known);
        }
        for (String peer : wanted) {
            if (!known.contains(peer)) {
                String names = String.join(", ", new TreeSet<>(known));
                throw new IOException("--peer " + peer + ": there are all, " + names);
            }
        }
        return wanted;
    }

    /// The files of our own index, open.
    AnnIndexes indexes() {
        return indexes;
    }

    /// Measures and reports; `goals` maps a library to how many times its speed ours is to be.
    void report(Report report, BenchContext context, Map<String, Double> goals) throws IOException {
        Sweep sweep = new Sweep(contenders);
        sweep.measure(context.quick() ? 3 : 7, context);
        reportSpeed(report, sweep);
        goals.forEach((library, goal) -> checkRatio(report, sweep, library, goal));
        reportWork(report, sweep);
        Map<String, String> versions = new TreeMap<>();
        peers.forEach(peer -> versions.put(peer.name(), peer.version()));
        report.peers(versions);
    }

    private String key(String name) {
        return set.name() + "_" + name;
    }

    private void reportSpeed(Report report, Sweep sweep) {
        Table table = Table.of("library", "us at .95", "us at .99", "ours is faster", "at .99");
        Map<String, Object> figures = new LinkedHashMap<>();
        for (Contender contender : contenders) {
            OptionalDouble first = sweep.micros(contender.name(), .95);
            OptionalDouble second = sweep.micros(contender.name(), .99);
            double firstRatio = sweep.ratio(contender.name(), OURS, .95);
            double secondRatio = sweep.ratio(contender.name(), OURS, .99);
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
        report.table(set.title() + ": one query, one thread, processor time", table);
        report.figure(key("speed"), figures);
    }

    /* A contender that took no part, or did not get there, leaves no check. */
    private void checkRatio(Report report, Sweep sweep, String other, double goal) {
        for (double target : Sweep.targets()) {
            double ratio = sweep.ratio(other, OURS, target);
            if (!Double.isNaN(ratio)) {
                report.check(
                        Check.atLeast(
                                set.name() + ": against " + other + " at recall " + target,
                                ratio,
                                "x",
                                goal));
            }
        }
    }

    /// Opening, checking and the bytes of a vector, beside those of hnswlib.
    void reportIndex(Report report) {
        FrozenIndex index = indexes.chosen();
        AnnData data = set.data();
        double[] openings = new double[OPENINGS];
        for (int i = 0; i < OPENINGS; i++) {
            long start = System.nanoTime();
            FrozenIndex.open(index.file()).close();
            openings[i] = (System.nanoTime() - start) / 1e6;
        }
        Arrays.sort(openings);
        double opening = openings[OPENINGS / 2];
        long start = System.nanoTime();
        index.verify();
        double verifying = (System.nanoTime() - start) / 1e6;
        double bytes = (double) (index.bytes() - index.attributeBytes()) / data.count();
        report.table(
                set.title() + ": the index",
                Table.of("structure", "bytes a vector", "built in s", "open ms", "verify ms")
                        .row(index.structure(), bytes, indexes.buildSeconds(), opening, verifying));
        report.figure(key("bytes_per_vector"), bytes)
                .figure(key("open_ms"), opening)
                .figure(key("build_seconds"), indexes.buildSeconds())
                .figure(key("verify_ms"), verifying);
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

    /* What a query looks at, beside what the memory gives when it is read in order. */
    private void reportWork(Report report, Sweep sweep) {
        double gigabytesPerSecond = ThreadStudy.bandwidth();
        Table table = Table.of("recall", "ef", "rows", "hops", "KB", "us at full bandwidth");
        for (double target : Sweep.targets()) {
            OptionalInt ef = sweep.knob(OURS, target);
            if (ef.isEmpty()) {
                continue;
            }
            double[] work = ours.work(ef.getAsInt());
            double kilobytes = work[0] * indexes.bytesPerDistance() / 1000;
            table.row(
                    target,
                    ef.getAsInt(),
                    work[0],
                    work[1],
                    kilobytes,
                    kilobytes / gigabytesPerSecond);
        }
        report.table(
                "%s: what a query reads; memory gives %.1f GB/s in order"
                        .formatted(set.title(), gigabytesPerSecond),
                table);
        report.figure(key("memory_gb_per_second"), gigabytesPerSecond);
    }

    private static Object cell(OptionalDouble value) {
        return value.isPresent() ? (Object) value.getAsDouble() : "-";
    }

    private static Object cell(double value) {
        return Double.isNaN(value) ? "-" : (Object) value;
    }

    @Override
    public void close() throws IOException {
        try (indexes) {
            for (PeerContender peer : peers) {
                peer.close();
            }
        }
    }
}
