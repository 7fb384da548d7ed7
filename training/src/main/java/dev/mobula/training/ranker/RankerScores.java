package dev.mobula.training.ranker;

import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.util.List;

/// A trained ranker's scores of logged vectors, by the kernels that serve.
public final class RankerScores {
    private final RankingModel model;

    private RankerScores(RankingModel model) {
        this.model = model;
    }

    public static RankerScores of(RankingModel model) {
        return new RankerScores(model);
    }

    /// One head's score of each vector.
    public float[] head(int head, List<FeatureVector> vectors) {
        float[] scores = new float[vectors.size()];
        LayerGraph graph = model.graph().orElseThrow();
        int shared = model.layout().sharedWidth();
        PackedScorer scorer =
                PackedScorer.of(graph, shared, model.weights(), Kernels.ofThisMachine());
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(1)) {
            for (int i = 0; i < scores.length; i++) {
                ScoredBatch scored = session.replay(vectors.get(i), ranker.kernel());
                scores[i] = scored.scores()[head];
            }
        }
        return scores;
    }
}
