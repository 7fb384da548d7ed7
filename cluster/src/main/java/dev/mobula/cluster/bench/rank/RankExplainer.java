package dev.mobula.cluster.bench.rank;

import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.explain.Counterfactual;
import dev.mobula.ranking.explain.Explanation;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ScoredBatch;
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
import java.util.Optional;

/// Ranks a generated request with the reference model, makes a page of it, and tells why one place is what it is.
public final class RankExplainer {
    private static final int PAGE = 30;
    private static final int AUTHORS = 97;
    private static final Calibrators UNCALIBRATED = new Calibrators("none", Map.of());

    private final RankRequest request = new RankRequest();

    /// The story of the candidate at a place of the page, counted from 1, and the page under another value expression
    /// when there is one.
    public String explain(int place, String value, Optional<String> otherValue) {
        RankingModel model = request.model();
        PackedScorer scorer =
                PackedScorer.of(
                        model.graph().orElseThrow(),
                        model.layout().sharedWidth(),
                        model.weights(),
                        Kernels.ofThisMachine());
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(RankRequest.CANDIDATES)) {
            ScoredBatch batch =
                    session.rank(
                            request.user(),
                            request.columns(),
                            request.candidates(),
                            RankRequest.NOW_SECONDS);
            ValueExpression expression = ValueExpression.parse(value, batch.heads());
            Slate slate = page(batch, expression);
            requirePlace(place, slate.selected().length);
            int candidate = slate.selected()[place - 1];
            String story =
                    Explanation.of(
                                    batch.ids()[candidate],
                                    model.layout(),
                                    session.batch().vector(candidate),
                                    batch,
                                    UNCALIBRATED,
                                    expression,
                                    slate)
                            .text();
            return story + otherValue.map(other -> under(other, batch, slate)).orElse("");
        }
    }

    private static void requirePlace(int place, int places) {
        if (place < 1 || place > places) {
            throw new IllegalArgumentException("place=" + place + " is outside 1.." + places);
        }
    }

    private static String under(String value, ScoredBatch batch, Slate real) {
        Slate other = page(batch, ValueExpression.parse(value, batch.heads()));
        return Counterfactual.of(value, real, other).text();
    }

    /// Pool and batch have the same indexes.
    private static Slate page(ScoredBatch batch, ValueExpression expression) {
        double[] values = expression.values(UNCALIBRATED.apply(batch), batch.heads().size());
        List<PageCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < batch.size(); i++) {
            long id = batch.ids()[i];
            long author = 1 + id % AUTHORS;
            candidates.add(
                    new PageCandidate(id, values[i], author, PageCandidate.NONE, "", new float[0]));
        }
        return Slate.of(PagePool.of(candidates))
                .then(Diversity.topValue(PAGE, new Caps(2, Integer.MAX_VALUE)))
                .then(PageRules.space(3));
    }
}
