package dev.mobula.cluster.bench.train;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.bench.PythonPeers;
import dev.mobula.cluster.bench.train.TrainBench.Part;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.MachineFacts;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.program.Engine;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Interleaved rounds of both engines and the peer, then workers together, then sums.
final class TrainStudy {
    private static final int LOSS_STEPS = 20;
    private static final double LOSS_DIFFERENCE_MAX = 1e-3;

    private final BenchContext context;
    private final Set<Part> wanted;
    private final Report report = new Report("train");
    private final Path folder;

    TrainStudy(BenchContext context, Set<Part> wanted) {
        this.context = context;
        this.wanted = Set.copyOf(wanted);
        this.folder = context.prepared();
    }

    private int rounds() {
        return context.quick() ? 3 : 7;
    }

    private double seconds() {
        return context.quick() ? 0.8 : 4;
    }

    /// The compiler needs thousands of calls before the kernels run at full speed.
    private double warmUpSeconds() {
        return context.quick() ? 6 : 15;
    }

    Report run() throws IOException, InterruptedException {
        if (context.peers().isEmpty()) {
            study(null);
        } else {
            for (String peer : context.peers()) {
                if (!peer.equals("pytorch") && !peer.equals("all")) {
                    throw new IOException("--peer " + peer + ": there is pytorch");
                }
            }
            Path home = folder.resolve("..").resolve("..").normalize();
            PythonPeers tools = PythonPeers.install(home, folder, TrainPeer.PACKAGES);
            try (TrainPeer peer = TrainPeer.open(tools, folder)) {
                report.peers(peer.versions());
                study(peer);
            }
            if (wanted.contains(Part.REDUCE)) {
                new ReduceStudy(context, report).run(tools);
            }
        }
        if (wanted.contains(Part.READ)) {
            new ReadStudy(context, report).run();
        }
        if (wanted.contains(Part.CREW)) {
            new CrewStudy(context, report).run();
        }
        return report;
    }

    private void study(@Nullable TrainPeer peer) throws IOException {
        for (BenchModel.Kind kind : BenchModel.Kind.values()) {
            if (!wanted.contains(Part.of(kind))) {
                continue;
            }
            try (Stepper script = new Stepper(kind, Engine.SCRIPT);
                    Stepper vectors = new Stepper(kind, Engine.VECTOR);
                    Progress progress = context.progress(kind.label(), rounds())) {
                compareLosses(kind, script, vectors, peer);
                Map<String, List<Round>> rounds = new LinkedHashMap<>();
                script.warmUp(warmUpSeconds() / 2);
                vectors.warmUp(warmUpSeconds());
                for (int round = 0; round < rounds(); round++) {
                    add(rounds, "libtorch", script.run(seconds()));
                    if (peer != null) {
                        add(rounds, "pytorch", peer.measure(kind, "default", seconds()));
                    }
                    add(rounds, "vectors", vectors.run(seconds()));
                    if (peer != null) {
                        add(rounds, "medium", peer.measure(kind, "medium", seconds()));
                    }
                    progress.step(1);
                }
                report(kind, rounds);
            }
        }
    }

    /// All train the same: the same losses from the same start on the same batches.
    private void compareLosses(
            BenchModel.Kind kind, Stepper script, Stepper vectors, @Nullable TrainPeer peer)
            throws IOException {
        List<Double> expected = script.steps(LOSS_STEPS);
        check(kind, "vectors", expected, vectors.steps(LOSS_STEPS));
        if (peer != null) {
            check(kind, "pytorch", expected, peer.losses(kind, 2));
        }
    }

    private void check(
            BenchModel.Kind kind, String other, List<Double> expected, List<Double> losses) {
        double largest = losses.isEmpty() ? Double.NaN : 0;
        for (int i = 0; i < Math.min(losses.size(), expected.size()); i++) {
            largest = Math.max(largest, Math.abs(losses.get(i) - expected.get(i)));
        }
        report.check(
                Check.atMost(
                        kind.label() + ": first losses, libtorch against " + other,
                        largest,
                        "",
                        LOSS_DIFFERENCE_MAX));
    }

    private static void add(Map<String, List<Round>> all, String contender, Round round) {
        all.computeIfAbsent(contender, _ -> new ArrayList<>()).add(round);
    }

    static double p10(List<Double> millis) {
        double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 10];
    }

    static double median(List<Double> values) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2];
    }

    private void report(BenchModel.Kind kind, Map<String, List<Round>> rounds) {
        Table table = Table.of("one thread, " + BenchModel.ROWS + " rows", "ms", "processor ms");
        Map<String, List<Double>> figures = new LinkedHashMap<>();
        rounds.forEach(
                (contender, all) -> {
                    double wall = median(all.stream().map(Round::p10).toList());
                    double cpu = median(all.stream().map(Round::cpuMillis).toList());
                    table.row(contender, wall, cpu);
                    figures.put(contender, List.of(wall, cpu));
                });
        report.table(kind.label() + ", a step (median of rounds of the tenth percentile)", table);
        report.figure(kind.label() + " millis, processor millis", figures);
        if (rounds.containsKey("pytorch")) {
            ratio(kind, "libtorch", rounds, 1.0);
            boolean isWide = MachineFacts.here().simdBits() >= 512;
            ratio(kind, "vectors", rounds, isWide ? 1.5 : 1.1);
        }
    }

    /// The ratio of processor times round by round, so that a neighbour's noise falls on both.
    private void ratio(
            BenchModel.Kind kind, String ours, Map<String, List<Round>> rounds, double goal) {
        List<Round> theirs = Objects.requireNonNull(rounds.get("pytorch"));
        List<Round> own = Objects.requireNonNull(rounds.get(ours));
        double[] ratios = new double[own.size()];
        for (int round = 0; round < ratios.length; round++) {
            ratios[round] = theirs.get(round).cpuMillis() / own.get(round).cpuMillis();
        }
        Arrays.sort(ratios);
        String name = kind.label() + ": " + ours + " against pytorch";
        report.figure(name + ", least and greatest", List.of(ratios[0], ratios[ratios.length - 1]));
        report.check(Check.atLeast(name, ratios[ratios.length / 2], "x", goal));
    }
}
