package dev.mobula.ranking.features;

import java.util.List;

/// A raw value of one feature, as a caller gives it.
public sealed interface FeatureValue {
    /// For a dense feature.
    record Amount(double value) implements FeatureValue {}

    /// For a counter: `value` as it stood at `atSeconds` (Unix time).
    record Count(double value, long atSeconds) implements FeatureValue {}

    /// For a categorical feature, or one value of a multi-valued one.
    record Text(String value) implements FeatureValue {}

    /// For a categorical feature whose values are numeric ids.
    record Id(long value) implements FeatureValue {}

    /// For a multi-valued feature or a sequence.
    record Texts(List<String> values) implements FeatureValue {
        public Texts {
            values = List.copyOf(values);
        }
    }

    /// For a multi-valued feature or a sequence of numeric ids.
    record Ids(List<Long> values) implements FeatureValue {
        public Ids {
            values = List.copyOf(values);
        }
    }
}
