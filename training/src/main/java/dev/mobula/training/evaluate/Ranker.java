package dev.mobula.training.evaluate;

import dev.mobula.retrieval.collaborative.TopK;
import dev.mobula.training.metrics.RankingMetrics;
import java.util.Arrays;
import java.util.BitSet;

/// Ranks items for one case after the other. For one thread.
final class Ranker {
    private final PersonModel.Scorer scorer;
    private final float[] scores;
    private final float[] picked;
    private final TopK top;
    private final int[] best;
    private final BitSet recommended;

    Ranker(PersonModel model, int k) {
        this.scorer = model.scorer();
        this.scores = new float[model.items()];
        this.picked = new float[model.items()];
        this.top = new TopK(k);
        this.best = new int[k];
        this.recommended = new BitSet(model.items());
    }

    RankingMetrics judge(RankingCase one) {
        scorer.score(one.person(), one.history(), scores);
        float[] ranked = one.candidates().length == 0 ? scores : only(one.candidates());
        for (int item : one.history()) {
            ranked[item] = Float.NaN;
        }
        for (int item : one.leftOut()) {
            ranked[item] = Float.NaN;
        }
        for (int item = 0; item < ranked.length; item++) {
            top.offer(item, ranked[item]);
        }
        int count = top.drainTo(best);
        for (int i = 0; i < count; i++) {
            recommended.set(best[i]);
        }
        return RankingMetrics.of(best, count, one.relevant(), best.length);
    }

    private float[] only(int[] candidates) {
        Arrays.fill(picked, Float.NaN);
        for (int item : candidates) {
            picked[item] = scores[item];
        }
        return picked;
    }

    BitSet recommended() {
        return recommended;
    }
}
