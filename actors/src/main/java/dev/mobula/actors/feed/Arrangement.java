package dev.mobula.actors.feed;

import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.value.ValueExpression;
import java.util.List;
import java.util.Map;

/// A page under way: the slate, where each of its candidates is in the ranking, and what was drawn.
///
/// @param ranked index in the ranking by index in the slate's pool; owned
/// @param propensities exact probabilities of those that were drawn
/// @param covers of what is shown under a cover, by id: why
@SuppressWarnings("ArrayRecordComponent")
record Arrangement(
        Ranking ranking,
        ValueExpression value,
        Slate slate,
        int[] ranked,
        PageStage.Rules rules,
        Map<Long, Double> propensities,
        Map<Long, List<String>> covers) {
    Arrangement {
        propensities = Map.copyOf(propensities);
        covers = Map.copyOf(covers);
    }

    Arrangement(
            Ranking ranking,
            ValueExpression value,
            Slate slate,
            int[] ranked,
            PageStage.Rules rules,
            Map<Long, Double> propensities) {
        this(ranking, value, slate, ranked, rules, propensities, Map.of());
    }

    Arrangement confirmed(Slate other, Map<Long, List<String>> covered) {
        return new Arrangement(ranking, value, other, ranked, rules, propensities, covered);
    }

    Prospect prospect(int index) {
        return ranking.prospects().get(ranked[index]);
    }
}
