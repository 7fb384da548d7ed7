package dev.mobula.ranking.safety.rules;

import java.util.List;
import java.util.function.Predicate;

/// One checked rule.
///
/// @param perDay the most actions a day
/// @param shareMax the largest share of the last events that it may hold for
record Rule(
        String name, Predicate<Run> condition, List<Effect> effects, long perDay, double shareMax) {
    Rule {
        effects = List.copyOf(effects);
    }
}
