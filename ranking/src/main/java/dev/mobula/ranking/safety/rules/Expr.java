package dev.mobula.ranking.safety.rules;

import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/// A checked expression, compiled to a function of the event at hand.
sealed interface Expr {
    record Amount(ToDoubleFunction<Run> of) implements Expr {}

    record Text(Function<Run, String> of) implements Expr {}

    record Truth(Predicate<Run> of) implements Expr {}

    /// A span of time, known when the rules are loaded.
    record Span(long millis) implements Expr {}

    default String kind() {
        return switch (this) {
            case Amount _ -> "number";
            case Text _ -> "text";
            case Truth _ -> "truth";
            case Span _ -> "span of time";
        };
    }
}
