package dev.mobula.ranking.explain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.calibration.Calibration;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.features.Schemas;
import dev.mobula.ranking.model.Families;
import dev.mobula.ranking.model.Graphs;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import dev.mobula.ranking.page.Caps;
import dev.mobula.ranking.page.Diversity;
import dev.mobula.ranking.page.PageCandidate;
import dev.mobula.ranking.page.PagePool;
import dev.mobula.ranking.page.PageRules;
import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.value.ValueExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class ExplanationTest {
    private static final FeatureLayout LAYOUT = FeatureLayout.of(Schemas.everything());
    private static final Calibrators CALIBRATORS =
            new Calibrators("c1", Map.of("click", new Calibration.Temperature(2)));

    @Test
    void itTellsEveryStageOfACandidateOnThePage() {
        Explanation told = explain(3);
        assertThat(told.features())
                .extracting(FeatureLayout.Reading::feature)
                .contains("age", "likes", "tags", "country_language");
        assertThat(told.heads()).hasSize(3);
        assertThat(told.heads().get(0).isCalibrated()).isTrue();
        assertThat(told.heads().get(1).isCalibrated()).isFalse();
        assertThat(told.terms().stream().mapToDouble(ValueExpression.Term::value).sum())
                .isCloseTo(told.value(), within(1e-12));
        assertThat(told.place()).isEqualTo(0);
        assertThat(told.moves()).last().extracting(Slate.Move::edit).isEqualTo("promoted");
        assertThat(told.text())
                .contains("candidate 3, model v1, kernel packed/")
                .contains("not calibrated")
                .contains("value  click - 5 * hide")
                .contains("place 1");
    }

    @Test
    void itTellsWhyACandidateIsNotOnThePage() {
        assertThat(explain(5).text()).contains("filtered: muted");
    }

    @Test
    void aCandidateThatWasNotScoredIsRefusedWithTheReason() {
        assertThatThrownBy(() -> explain(99))
                .hasMessage("candidate 99 was not scored: UNKNOWN_ITEM");
    }

    private static Explanation explain(long id) {
        LayerGraph graph = Families.dcn(LAYOUT.width(), 1, new int[] {8}, Graphs.heads());
        Weights weights = Weights.random(RankingModel.parameters(LAYOUT, graph), 1);
        RankingModel model = RankingModel.of("v1", LAYOUT, graph, weights);
        PackedScorer scorer =
                PackedScorer.of(graph, LAYOUT.sharedWidth(), weights, Kernels.ofThisMachine());
        SplittableRandom random = new SplittableRandom(1);
        ItemColumns columns = new ItemColumns(LAYOUT, 10);
        for (long item = 0; item < 10; item++) {
            columns.upsert(item, LAYOUT.encodeItem(Schemas.item(random)));
        }
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(20)) {
            int[] user = LAYOUT.encodeUser(Schemas.user(random));
            long[] ids = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 99};
            ScoredBatch batch = session.rank(user, columns, ids, Schemas.NOW);
            ValueExpression value = ValueExpression.parse("click - 5 * hide", batch.heads());
            Slate slate = slate(batch, value);
            int candidate = (int) Math.min(id, 9);
            return Explanation.of(
                    id,
                    LAYOUT,
                    session.batch().vector(candidate),
                    batch,
                    CALIBRATORS,
                    value,
                    slate);
        }
    }

    private static Slate slate(ScoredBatch batch, ValueExpression expression) {
        double[] values = expression.values(CALIBRATORS.apply(batch), batch.heads().size());
        List<PageCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            candidates.add(new PageCandidate(batch.ids()[i], values[i], 0, 0, "ann", new float[0]));
        }
        return Slate.of(PagePool.of(candidates))
                .then(PageRules.forbid(item -> item == 5, "muted"))
                .then(Diversity.topValue(5, Caps.NONE))
                .then(PageRules.pin(3, 0, "promoted"));
    }
}
