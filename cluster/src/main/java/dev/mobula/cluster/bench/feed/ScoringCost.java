package dev.mobula.cluster.bench.feed;

import dev.mobula.cluster.bench.rank.Timing;
import dev.mobula.ranking.features.FeatureBatch;
import dev.mobula.ranking.model.InputAssembler;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.Scorer;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.kernels.PeakRate;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.util.Map;

/// What the model's arithmetic alone costs for one page's candidates, measured on one thread with the serving engine.
final class ScoringCost {
    private static final double WARM_UP_SECONDS = 2;
    private static final double SECONDS = 1;
    private static final long PEAK_NANOS = 1_000_000_000L;

    private final double micros;
    private final double leastMicros;

    ScoringCost(FeedWorld world, FeedShape shape) {
        RankingModel model = world.model();
        PackedScorer scorer =
                PackedScorer.of(
                        model.graph().orElseThrow(),
                        model.layout().sharedWidth(),
                        model.weights(),
                        Kernels.ofThisMachine());
        InputAssembler assembler = new InputAssembler(model);
        ModelInput input = assembler.newInput(shape.candidates());
        FeatureBatch batch = new FeatureBatch(model.layout(), shape.candidates());
        batch.begin(model.layout().encodeUser(Map.of()), FeedWorld.NOW_SECONDS);
        for (long id = 1; id <= shape.candidates(); id++) {
            batch.add(id, model.layout().encodeItem(world.featuresOf(id)));
        }
        assembler.fill(batch, input);
        float[] scores = new float[input.rows() * scorer.outputs()];
        try (Scorer.Session session = scorer.open()) {
            Runnable score = () -> session.score(input, scores);
            Timing.of(score, WARM_UP_SECONDS);
            micros = Timing.of(score, SECONDS).p50() * 1e3;
        }
        double peak = PeakRate.gigaMultiplyAdds(Timing::processorNanos, PEAK_NANOS);
        leastMicros = scorer.multiplyAdds(input.rows()) / peak / 1e3;
    }

    double microsPerPage() {
        return micros;
    }

    /// The same at the most multiply-adds that a core here does.
    double leastMicrosPerPage() {
        return leastMicros;
    }
}
