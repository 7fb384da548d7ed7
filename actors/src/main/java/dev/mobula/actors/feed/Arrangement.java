package dev.mobula.actors.feed;

import dev.mobula.actors.ranker.Scores;
import dev.mobula.ranking.explain.Explanation;
import dev.mobula.ranking.page.Caps;
import dev.mobula.ranking.page.Diversity;
import dev.mobula.ranking.page.PageCandidate;
import dev.mobula.ranking.page.PagePool;
import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.value.ValueExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// One request's scores, ready to be valued and arranged into a page under one value expression or another.
///
/// What an expression may name are the model's heads, calibrated, and `similarity`.
record Arrangement(Scores scores, Map<Long, Float> similarities, Map<Long, Long> authors) {
    static final String SIMILARITY = "similarity";

    private List<String> names() {
        List<String> names = new ArrayList<>(scores.heads());
        names.add(SIMILARITY);
        return names;
    }

    ValueExpression parse(String value) {
        return ValueExpression.parse(value, names());
    }

    /// The page under an expression.
    Slate slate(ValueExpression value, String source, int size, int perAuthorMax) {
        List<PageCandidate> candidates = new ArrayList<>();
        for (int i = 0; i < scores.size(); i++) {
            long id = scores.ids()[i];
            candidates.add(
                    new PageCandidate(
                            id,
                            value.value(row(i), 0),
                            authors.getOrDefault(id, PageCandidate.NONE),
                            PageCandidate.NONE,
                            source,
                            new float[0]));
        }
        return Slate.of(PagePool.of(candidates))
                .then(Diversity.topValue(size, new Caps(perAuthorMax, Integer.MAX_VALUE)));
    }

    /// One candidate's calibrated heads and its similarity, in the order of the names.
    private double[] row(int candidate) {
        int heads = scores.heads().size();
        double[] row = new double[heads + 1];
        System.arraycopy(scores.calibrated(), candidate * heads, row, 0, heads);
        row[heads] = similarities.getOrDefault(scores.ids()[candidate], 0f);
        return row;
    }

    /// The same as a story tells it.
    List<Explanation.HeadScore> headScores(int candidate) {
        double[] row = row(candidate);
        List<Explanation.HeadScore> all = new ArrayList<>();
        for (int head = 0; head < scores.heads().size(); head++) {
            String name = scores.heads().get(head);
            all.add(
                    new Explanation.HeadScore(
                            name,
                            scores.value(candidate, head),
                            row[head],
                            !scores.uncalibrated().contains(name)));
        }
        double similarity = row[row.length - 1];
        all.add(new Explanation.HeadScore(SIMILARITY, similarity, similarity, true));
        return all;
    }
}
