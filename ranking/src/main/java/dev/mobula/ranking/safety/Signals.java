package dev.mobula.ranking.safety;

import java.util.Map;
import java.util.Optional;

/// What else is known of a text and of who wrote it.
@FunctionalInterface
public interface Signals {
    /// Knows nothing.
    Signals NONE = (actor, text, nanos) -> Map.of();

    /// Scores between 0 and 1 by judge, such as `campaign` and `graph`; a judge that knows nothing, or not in time, is
    /// absent. It never throws.
    ///
    /// @param nanos how long it may take
    Map<String, Double> of(Optional<String> actor, String text, long nanos);
}
