package dev.mobula.training.evaluate;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.collaborative.InteractionMatrix;
import dev.mobula.retrieval.collaborative.TopK;
import dev.mobula.training.metrics.RankingMetrics;
import java.util.BitSet;

/// Ranks all items for one user after the other, the user's training items left out. For one thread.
final class Ranker {
    private final HistoryModel.Scorer scorer;
    private final InteractionMatrix train;
    private final float[] scores;
    private final TopK top;
    private final int[] best;
    private final BitSet recommended;

    Ranker(HistoryModel model, InteractionMatrix train, int k) {
        this.scorer = model.scorer();
        this.train = train;
        this.scores = new float[model.items()];
        this.top = new TopK(k);
        this.best = new int[k];
        this.recommended = new BitSet(model.items());
    }

    RankingMetrics judge(int user, int[] relevant, boolean leaveSelfOut) {
        int[] history = train.itemsOf(user);
        scorer.score(history, scores);
        for (int item : history) {
            scores[item] = Float.NaN;
        }
        if (leaveSelfOut) {
            scores[user] = Float.NaN;
        }
        for (int item = 0; item < scores.length; item++) {
            top.offer(item, scores[item]);
        }
        int count = top.drainTo(best);
        for (int i = 0; i < count; i++) {
            recommended.set(best[i]);
        }
        return RankingMetrics.of(best, count, relevant, best.length);
    }

    BitSet recommended() {
        return recommended;
    }
}
