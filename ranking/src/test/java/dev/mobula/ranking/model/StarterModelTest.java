package dev.mobula.ranking.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StarterModelTest {
    @Test
    void scoresAreTheHandSetLogits() {
        RankingModel model = StarterModel.create();
        ItemColumns columns = new ItemColumns(model.layout(), 10);
        columns.upsert(
                7,
                model.layout()
                        .encodeItem(
                                Map.of(
                                        StarterModel.QUALITY, new FeatureValue.Amount(0.5),
                                        StarterModel.POPULARITY, new FeatureValue.Amount(99))));
        PackedScorer scorer =
                PackedScorer.of(
                        model.graph().orElseThrow(),
                        model.layout().sharedWidth(),
                        model.weights(),
                        Kernels.ofThisMachine());
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(10)) {
            int[] nobody = model.layout().encodeUser(Map.of());
            ScoredBatch scored = session.rank(nobody, columns, new long[] {7, 8}, 0);
            assertThat(scored.ids()).containsExactly(7);
            assertThat(scored.score(0, 0))
                    .isCloseTo(sigmoid(1.5 * 0.5 + 0.3 * Math.log(100) - 3), within(1e-5f));
            assertThat(scored.score(0, 1))
                    .isCloseTo(sigmoid(3 * 0.5 + 0.1 * Math.log(100) - 4), within(1e-5f));
            assertThat(scored.drops()).hasSize(1);
        }
    }

    private static float sigmoid(double logit) {
        return (float) (1 / (1 + Math.exp(-logit)));
    }
}
