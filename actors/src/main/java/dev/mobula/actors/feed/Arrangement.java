package dev.mobula.actors.feed;

import dev.mobula.ranking.page.Slate;
import dev.mobula.ranking.value.ValueExpression;
import java.util.Map;

/// A page under way: the slate, where each of its candidates is in the ranking, and what was drawn.
///
/// @param ranked index in the ranking by index in the slate's pool; owned
/// @param propensities exact probabilities of those that were drawn
@SuppressWarnings("ArrayRecordComponent")
record Arrangement(
        Ranking ranking,
        ValueExpression value,
        Slate slate,
        int[] ranked,
        PageStage.Rules rules,
        Map<Long, Double> propensities) {
    Arrangement {
        propensities = Map.copyOf(propensities);
    }

    Arrangement with(Slate other) {
        return new Arrangement(ranking, value, other, ranked, rules, propensities);
    }

    Prospect prospect(int index) {
        return ranking.prospects().get(ranked[index]);
    }
}
