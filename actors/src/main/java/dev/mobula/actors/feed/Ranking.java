package dev.mobula.actors.feed;

import dev.mobula.actors.ranker.Scores;
import dev.mobula.ranking.explain.Explanation;
import dev.mobula.ranking.value.ValueExpression;
import dev.mobula.retrieval.vectors.LongTable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One request's candidates with their scores, ready to be valued under one expression or another.
///
/// What an expression may name are the model's heads, calibrated, and `similarity` to the user's taste, `followed` (1 for
/// an author whom the user follows) and `ageHours`.
///
/// @param scores of the prospects, in their order; empty when no model answered
record Ranking(Optional<Scores> scores, List<Prospect> prospects, Person person, long nowMillis) {
    static final String SIMILARITY = "similarity";
    static final String FOLLOWED = "followed";
    static final String AGE_HOURS = "ageHours";

    static final List<String> OURS = List.of(SIMILARITY, FOLLOWED, AGE_HOURS);
    private static final double MILLIS_PER_HOUR = 3_600_000;

    Ranking {
        prospects = List.copyOf(prospects);
        if (scores.isPresent() && scores.get().size() != prospects.size()) {
            throw new IllegalArgumentException(
                    scores.get().size() + " scores of " + prospects.size() + " prospects");
        }
    }

    private List<String> heads() {
        return scores.map(Scores::heads).orElse(List.of());
    }

    ValueExpression parse(String value) {
        return ValueExpression.parse(value, ValueNames.with(heads()));
    }

    /// Everybody's value.
    double[] values(ValueExpression expression) {
        Follows follows = new Follows(person.follows());
        boolean bySimilarity = expression.reads(SIMILARITY);
        int heads = heads().size();
        double[] values = new double[prospects.size()];
        double[] row = new double[heads + OURS.size()];
        for (int i = 0; i < values.length; i++) {
            fill(row, i, follows);
            row[heads] = bySimilarity ? prospects.get(i).similarity() : 0;
            values[i] = prospects.get(i).weighed(expression.value(row, 0));
        }
        return values;
    }

    /// Whom the user follows.
    private record Follows(LongTable ids) {
        Follows(long[] ids) {
            this(LongTable.of(ids));
        }

        boolean has(long author) {
            return ids.find(author) >= 0;
        }
    }

    /* All but the similarity. */
    private void fill(double[] row, int index, Follows follows) {
        int heads = row.length - OURS.size();
        if (scores.isPresent()) {
            System.arraycopy(scores.get().calibrated(), index * heads, row, 0, heads);
        }
        Prospect prospect = prospects.get(index);
        row[heads + 1] = follows.has(prospect.facts().author()) ? 1 : 0;
        row[heads + 2] =
                Math.max(0, nowMillis - prospect.facts().createdMillis()) / MILLIS_PER_HOUR;
    }

    /// A candidate's calibrated scores by head.
    Map<String, Double> byHead(int index) {
        Map<String, Double> all = new HashMap<>();
        List<String> heads = heads();
        for (int head = 0; head < heads.size(); head++) {
            all.put(
                    heads.get(head),
                    scores.orElseThrow().calibrated()[index * heads.size() + head]);
        }
        return all;
    }

    /// The same and what else an expression may name, as a story tells it.
    List<Explanation.HeadScore> headScores(int index) {
        double[] row = new double[heads().size() + OURS.size()];
        fill(row, index, new Follows(person.follows()));
        row[heads().size()] = prospects.get(index).similarity();
        List<Explanation.HeadScore> all = new ArrayList<>();
        for (int head = 0; head < heads().size(); head++) {
            Scores scored = scores.orElseThrow();
            String name = scored.heads().get(head);
            all.add(
                    new Explanation.HeadScore(
                            name,
                            scored.value(index, head),
                            row[head],
                            !scored.uncalibrated().contains(name)));
        }
        for (int i = 0; i < OURS.size(); i++) {
            double value = row[heads().size() + i];
            all.add(new Explanation.HeadScore(OURS.get(i), value, value, true));
        }
        return all;
    }
}
