package dev.mobula.ranking.explain;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.calibration.Calibration;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.value.ValueExpression;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// One candidate of one request, from features to place.
///
/// @param place position on the page from 0, -1 off the page.
/// @param fate why it is not on the page, empty when it is.
public record Explanation(
        long id,
        String modelVersion,
        KernelIdentity kernel,
        List<FeatureLayout.Reading> features,
        List<HeadScore> heads,
        String valueExpression,
        List<ValueExpression.Term> terms,
        double value,
        List<Slate.Move> moves,
        int place,
        String fate) {
    public Explanation {
        features = List.copyOf(features);
        heads = List.copyOf(heads);
        terms = List.copyOf(terms);
        moves = List.copyOf(moves);
    }

    /// A head's score and what calibration made of it.
    public record HeadScore(String head, double score, double calibrated, boolean isCalibrated) {}

    /// Puts together what the stages of a request found out about one of its candidates.
    public static Explanation of(
            long id,
            FeatureLayout layout,
            FeatureVector vector,
            ScoredBatch batch,
            Calibrators calibrators,
            ValueExpression expression,
            Slate slate) {
        int candidate = indexOf(id, batch);
        double[] calibrated = calibrators.apply(batch);
        int from = candidate * batch.heads().size();
        double[] row = Arrays.copyOfRange(calibrated, from, from + batch.heads().size());
        return of(
                id,
                batch,
                layout.describe(vector),
                heads(batch, candidate, calibrators, row),
                expression,
                slate);
    }

    /// The same from what a ranking service told.
    ///
    /// @param heads what the expression may name, in its order: the model's heads, and what else there is
    public static Explanation of(
            long id,
            ScoredBatch batch,
            List<FeatureLayout.Reading> features,
            List<HeadScore> heads,
            ValueExpression expression,
            Slate slate) {
        double[] row = heads.stream().mapToDouble(HeadScore::calibrated).toArray();
        return new Explanation(
                id,
                batch.modelVersion(),
                batch.kernel(),
                features,
                heads,
                expression.text(),
                expression.terms(row, 0),
                expression.value(row, 0),
                slate.moves().stream().filter(move -> move.id() == id).toList(),
                placeOf(id, slate),
                fateOf(id, slate));
    }

    private static int indexOf(long id, ScoredBatch batch) {
        for (int candidate = 0; candidate < batch.size(); candidate++) {
            if (batch.ids()[candidate] == id) {
                return candidate;
            }
        }
        throw new RankingException(
                Code.INVALID_REQUEST,
                batch.drops().stream()
                        .filter(drop -> drop.id() == id)
                        .findFirst()
                        .map(drop -> "candidate " + id + " was not scored: " + drop.reason())
                        .orElse("candidate " + id + " was not in the request"));
    }

    private static List<HeadScore> heads(
            ScoredBatch batch, int candidate, Calibrators calibrators, double[] row) {
        List<HeadScore> heads = new ArrayList<>();
        for (int head = 0; head < batch.heads().size(); head++) {
            Calibration calibration = calibrators.of(batch.heads().get(head));
            heads.add(
                    new HeadScore(
                            batch.heads().get(head),
                            batch.score(candidate, head),
                            row[head],
                            calibration.isCalibrated()));
        }
        return heads;
    }

    private static int placeOf(long id, Slate slate) {
        long[] page = slate.page();
        for (int place = 0; place < page.length; place++) {
            if (page[place] == id) {
                return place;
            }
        }
        return -1;
    }

    private static String fateOf(long id, Slate slate) {
        if (placeOf(id, slate) >= 0) {
            return "";
        }
        return slate.filtered().stream()
                .filter(out -> slate.pool().id(out.index()) == id)
                .findFirst()
                .map(out -> "filtered: " + out.reason())
                .orElse("in reserve: others were worth more on this page");
    }

    /// The whole story as text.
    public String text() {
        return ExplanationText.of(this);
    }
}
