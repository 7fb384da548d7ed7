package dev.mobula.cluster.bench.rank;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.bench.RunQueue;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.MachineFacts;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.model.InputAssembler;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Scorer;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.kernels.PeakRate;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Interleaved rounds of every contender, one thread each, and then the stages around scoring.
final class RankStudy {
    private static final double DIFFERENCE_MAX = 1e-5;
    private static final double ASSEMBLY_SHARE_MAX = 0.25;
    private static final double PAGE_MILLIS_MAX = 1;
    private static final double TWO_THREADS_MIN = 1.7;
    private static final double WARM_UP_SECONDS = 2;
    private static final long PEAK_NANOS = 1_000_000_000L;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final String OURS = "mobula";
    private static final String UNSHARED = "mobula, nothing shared";

    private final BenchContext context;
    private final RankRequest request = new RankRequest();
    private final Report report = new Report("rank");
    private final Map<String, List<Timing>> rounds = new LinkedHashMap<>();
    private final ModelInput input = request.input();
    private final PackedScorer shared;
    private final PackedScorer unshared;

    RankStudy(BenchContext context) {
        this.context = context;
        RankingModel model = request.model();
        LayerGraph graph = model.graph().orElseThrow();
        Kernels kernels = Kernels.ofThisMachine();
        this.shared =
                PackedScorer.of(graph, model.layout().sharedWidth(), model.weights(), kernels);
        this.unshared = PackedScorer.of(graph, 0, model.weights(), kernels);
    }

    Report run() throws IOException, InterruptedException {
        float[] scores = new float[input.rows() * shared.outputs()];
        float[] other = scores.clone();
        try (Scorer.Session ours = shared.open();
                Scorer.Session plain = unshared.open()) {
            Runnable score = () -> ours.score(input, scores);
            Runnable scorePlain = () -> plain.score(input, other);
            Timing.of(score, WARM_UP_SECONDS);
            Timing.of(scorePlain, WARM_UP_SECONDS / 2);
            if (context.peers().isEmpty()) {
                measureOurs(score, scorePlain);
            } else {
                measureWithPeers(score, scorePlain, scores);
            }
            report.check(
                    Check.all("sharing changes no bit", Arrays.equals(scores, other) ? 1 : 0, 1));
            reportSpeeds();
            reportLimit();
            reportAssembly(score);
        }
        report.figure("kernel", shared.identity().toString());
        reportPage();
        reportThreads();
        return report;
    }

    private int roundCount() {
        return context.quick() ? 5 : 9;
    }

    private double seconds() {
        return context.quick() ? 0.5 : 2;
    }

    private void measureOurs(Runnable score, Runnable scorePlain) {
        for (int round = 0; round < roundCount(); round++) {
            add(OURS, Timing.of(score, seconds()));
            add(UNSHARED, Timing.of(scorePlain, seconds()));
        }
    }

    private void measureWithPeers(Runnable score, Runnable scorePlain, float[] scores)
            throws IOException, InterruptedException {
        Path home = context.prepared().resolve("..").resolve("..").normalize();
        LayerGraph graph = request.model().graph().orElseThrow();
        Weights weights = request.model().weights().only(graph.parameters().keySet());
        try (RankPeers peers =
                        RankPeers.open(context.peers(), home, context.prepared(), weights, input);
                Progress progress = context.progress("rounds", roundCount())) {
            report.peers(peers.versions());
            for (int round = 0; round < roundCount(); round++) {
                add(OURS, Timing.of(score, seconds()));
                add(UNSHARED, Timing.of(scorePlain, seconds()));
                for (String variant : peers.variants()) {
                    add(variant, peers.measure(variant, seconds()));
                    if (round == 0) {
                        compare(variant, scores, peers.scores());
                    }
                }
                progress.step(1);
            }
            if (!peers.failures().isEmpty()) {
                report.figure("absent", peers.failures());
            }
        }
    }

    private void add(String contender, Timing timing) {
        rounds.computeIfAbsent(contender, _ -> new ArrayList<>()).add(timing);
    }

    /// Reduced precision is printed beside the others and judged by its own number.
    private void compare(String variant, float[] ours, float[] theirs) {
        double largest = ours.length == theirs.length ? 0 : Double.NaN;
        for (int i = 0; i < Math.min(ours.length, theirs.length); i++) {
            largest = Math.max(largest, Math.abs(ours[i] - theirs[i]));
        }
        if (variant.equals("medium")) {
            report.figure("largest difference from medium", largest);
        } else {
            report.check(
                    Check.atMost(
                            "largest difference from " + variant, largest, "", DIFFERENCE_MAX));
        }
    }

    private double millis(String contender) {
        double[] tenths =
                rounds.getOrDefault(contender, List.of()).stream()
                        .mapToDouble(Timing::p10)
                        .sorted()
                        .toArray();
        return tenths.length == 0 ? Double.NaN : tenths[tenths.length / 2];
    }

    private void reportSpeeds() {
        Table table = Table.of("500 candidates, one thread", "ms", "median ms", "mobula is");
        Map<String, Double> figures = new LinkedHashMap<>();
        rounds.forEach(
                (contender, timings) -> {
                    double p50 =
                            timings.stream().mapToDouble(Timing::p50).average().orElse(Double.NaN);
                    double times = millis(contender) / millis(OURS);
                    table.row(contender, millis(contender), p50, "%.2fx".formatted(times));
                    figures.put(contender, millis(contender));
                });
        report.table("Scoring (processor time, tenth percentile, median of rounds)", table);
        report.figure("millis", figures);
        MachineFacts machine = MachineFacts.here();
        boolean wide = machine.simdBits() >= 512;
        boolean intel = machine.cpu().contains("Intel");
        checkRatio("eager", wide ? (intel ? 1.0 : 2.3) : 1.3);
        checkRatio("onnxruntime", wide && !intel ? 0.95 : 1.0);
    }

    /// How fast any engine could be here in 32-bit arithmetic: a ratio above the limit against a peer takes fewer
    /// multiplications, not better code.
    private void reportLimit() {
        double peak = PeakRate.gigaMultiplyAdds(Timing::processorNanos, PEAK_NANOS);
        double ours = floor(shared, peak);
        double whole = floor(unshared, peak);
        Table table = Table.of("at this core's peak", "ms", "measured ms", "share of the peak");
        table.row("what differs per candidate", ours, millis(OURS), percent(ours / millis(OURS)));
        table.row("everything", whole, millis(UNSHARED), percent(whole / millis(UNSHARED)));
        rounds.keySet().stream()
                .filter(contender -> !contender.startsWith(OURS))
                .forEach(
                        peer -> {
                            table.row(peer, whole, millis(peer), percent(whole / millis(peer)));
                            report.figure("limit against " + peer, millis(peer) / ours);
                        });
        report.table(
                "%.1f billion multiply-adds a second on one core in 32 bits".formatted(peak),
                table);
        report.figure("giga multiply-adds a second", peak);
        report.figure("share of the peak", ours / millis(OURS));
    }

    private double floor(PackedScorer scorer, double gigaMultiplyAdds) {
        return scorer.multiplyAdds(input.rows()) / gigaMultiplyAdds / NANOS_PER_MILLI;
    }

    private static String percent(double share) {
        return "%.0f %%".formatted(100 * share);
    }

    private void checkRatio(String peer, double goal) {
        if (rounds.containsKey(peer)) {
            double times = millis(peer) / millis(OURS);
            report.check(Check.atLeast("speed against " + peer, times, "x", goal));
        }
    }

    private void reportAssembly(Runnable score) {
        InputAssembler assembler = new InputAssembler(request.model());
        ModelInput filled = assembler.newInput(RankRequest.CANDIDATES);
        FeatureBatch batch = new FeatureBatch(request.model().layout(), RankRequest.CANDIDATES);
        Runnable assembly = request.assembly(batch, assembler, filled);
        Timing.of(assembly, 1);
        double assembling = Timing.of(assembly, seconds()).p50();
        double scoring = Timing.of(score, seconds()).p50();
        report.figure("assembly millis", assembling);
        report.check(
                Check.atMost(
                        "assembling against scoring",
                        assembling / scoring,
                        "",
                        ASSEMBLY_SHARE_MAX));
    }

    private void reportPage() {
        PageRequest request = new PageRequest(RankRequest.CANDIDATES, 30);
        Runnable page = () -> request.dpp();
        Timing.of(page, 1);
        Timing timing = Timing.of(page, seconds());
        report.check(
                Check.atMost("page of 30 from 500 by DPP", timing.p50(), "ms", PAGE_MILLIS_MAX));
        Table table = Table.of("page", "similarity within", "value");
        table.row(
                "by value alone", request.similarity(request.top()), request.value(request.top()));
        table.row("by DPP", request.similarity(request.dpp()), request.value(request.dpp()));
        report.table("What diversity gains and costs", table);
        report.figure(
                "similarity kept by DPP",
                request.similarity(request.dpp()) / request.similarity(request.top()));
        report.figure(
                "value kept by DPP", request.value(request.dpp()) / request.value(request.top()));
    }

    private void reportThreads() throws InterruptedException {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            return;
        }
        double one = 0;
        double two = 0;
        for (int round = 0; round < roundCount(); round++) {
            one = Math.max(one, requestsPerSecond(1));
            two = Math.max(two, requestsPerSecond(2));
        }
        report.check(Check.atLeast("throughput of two threads", two / one, "x", TWO_THREADS_MIN));
    }

    private double requestsPerSecond(int threads) throws InterruptedException {
        double[] rates = new double[threads];
        List<Thread> running = new ArrayList<>();
        long end = System.nanoTime() + (long) (seconds() * 1e9);
        for (int t = 0; t < threads; t++) {
            int index = t;
            running.add(
                    Thread.ofPlatform()
                            .name("score-" + t)
                            .start(() -> rates[index] = perSecondUntil(end)));
        }
        for (Thread thread : running) {
            thread.join();
        }
        return Arrays.stream(rates).sum();
    }

    /* Of the time that other processes left to the thread. */
    private double perSecondUntil(long end) {
        float[] scores = new float[input.rows() * shared.outputs()];
        long count = 0;
        long delayed = RunQueue.nanosDelayed();
        long start = System.nanoTime();
        try (Scorer.Session session = shared.open()) {
            do {
                session.score(input, scores);
                count++;
            } while (System.nanoTime() < end);
        }
        long passed = System.nanoTime() - start - (RunQueue.nanosDelayed() - delayed);
        return count / (passed / 1e9);
    }
}
