package dev.mobula.cluster.bench.rank;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Whole requests for a stated time, and how resident memory moves.
final class RankSoak {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double MIB_PER_MINUTE_MAX = 1;
    private static final int SAMPLES = 60;

    private RankSoak() {}

    static Report run(BenchContext context, Duration time) throws IOException {
        RankRequest request = new RankRequest();
        RankingModel model = request.model();
        LayerGraph graph = model.graph().orElseThrow();
        PackedScorer scorer =
                PackedScorer.of(
                        graph,
                        model.layout().sharedWidth(),
                        model.weights(),
                        Kernels.ofThisMachine());
        List<double[]> samples = new ArrayList<>();
        long requests = 0;
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(RankRequest.CANDIDATES);
                Progress progress = context.progress("soak", SAMPLES)) {
            long start = System.nanoTime();
            for (int sample = 1; sample <= SAMPLES; sample++) {
                long end = start + time.toNanos() / SAMPLES * sample;
                while (System.nanoTime() < end) {
                    session.rank(
                            request.user(),
                            request.columns(),
                            request.candidates(),
                            RankRequest.NOW_SECONDS);
                    requests++;
                }
                samples.add(new double[] {(end - start) / 6e10, residentMib()});
                progress.step(1);
            }
        }
        // The first half is the heap growing to its working size.
        double slope = slope(samples.subList(SAMPLES / 2, SAMPLES));
        return new Report("rank")
                .figure("requests", requests)
                .figure("resident MiB", samples.getLast()[1])
                .check(
                        Check.atMost(
                                "slope of resident memory",
                                slope,
                                "MiB/minute",
                                MIB_PER_MINUTE_MAX));
    }

    private static double residentMib() throws IOException {
        for (String line : Files.readAllLines(STATUS)) {
            if (line.startsWith("VmRSS:")) {
                return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
            }
        }
        return Double.NaN;
    }

    private static double slope(List<double[]> samples) {
        double x = samples.stream().mapToDouble(s -> s[0]).average().orElse(0);
        double y = samples.stream().mapToDouble(s -> s[1]).average().orElse(0);
        double xy = samples.stream().mapToDouble(s -> (s[0] - x) * (s[1] - y)).sum();
        double xx = samples.stream().mapToDouble(s -> (s[0] - x) * (s[0] - x)).sum();
        return xy / xx;
    }
}
