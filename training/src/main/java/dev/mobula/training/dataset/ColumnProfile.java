package dev.mobula.training.dataset;

import dev.mobula.training.columns.Column;
import java.util.List;
import java.util.Optional;

/// What the values of one column are like.
///
/// @param notFinite numbers that are infinite or none
/// @param elements values in all lists together
/// @param numbers of the values; of the lengths for texts, bytes and lists
/// @param distinct about how many different values there are, of whole numbers, texts and what lists hold
/// @param top the most frequent of them, for certain
/// @param sketch what can be asked further
public record ColumnProfile(
        Column column,
        long rows,
        long missing,
        long notFinite,
        long elements,
        Optional<Numbers> numbers,
        long distinct,
        List<Top> top,
        ColumnSketch sketch) {
    /// The ranks of the quantiles that [Numbers] has.
    public static final List<Double> RANKS = List.of(.01, .05, .25, .5, .75, .95, .99);

    static final int TOP_MAX = 50;

    public ColumnProfile {
        top = List.copyOf(top);
    }

    /// Numbers as a whole.
    public record Numbers(
            double min, double max, double mean, double deviation, List<Double> quantiles) {
        public Numbers {
            quantiles = List.copyOf(quantiles);
        }
    }

    /// A value and about how often it is there.
    public record Top(String value, long count) {}
}
