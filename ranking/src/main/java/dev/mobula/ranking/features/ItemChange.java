package dev.mobula.ranking.features;

import java.util.Map;

/// One entry of an item change stream, as far as ranking cares. Positions grow along the stream.
public sealed interface ItemChange {
    long position();

    long id();

    /// The item now has these features.
    record Upsert(long position, long id, Map<String, FeatureValue> values) implements ItemChange {
        public Upsert {
            values = Map.copyOf(values);
        }
    }

    /// Something happened to the item that one of its counters counts.
    record Count(long position, long id, String counter, double amount, long atSeconds)
            implements ItemChange {}

    /// The item is gone.
    record Delete(long position, long id) implements ItemChange {}
}
