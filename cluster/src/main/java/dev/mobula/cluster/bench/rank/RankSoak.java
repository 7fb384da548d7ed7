package dev.mobula.cluster.bench.rank;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.MemorySlope;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Report;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.io.IOException;
import java.time.Duration;

/// Whole requests for a stated time, and how resident memory moves.
final class RankSoak {
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
        long requests = 0;
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(RankRequest.CANDIDATES);
                Progress progress = context.progress("soak", SAMPLES)) {
            MemorySlope memory = new MemorySlope();
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
                memory.sample();
                progress.step(1);
            }
            return memory.reportTo(new Report("rank").figure("requests", requests));
        }
    }
}
