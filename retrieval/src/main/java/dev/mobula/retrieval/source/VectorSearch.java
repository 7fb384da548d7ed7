package dev.mobula.retrieval.source;

import dev.mobula.retrieval.shard.Hits;

/// A search for the nearest vectors, as a shard or several of them offer it.
///
/// ```java
/// VectorSearch search =
///         (query, k, deadline) ->
///                 shard.search(query, k, SearchOptions.DEFAULT.withDeadline(deadline.nanos()));
/// ```
///
/// Shard and deadline then read the same clock.
@FunctionalInterface
public interface VectorSearch {
    /// The k best, best first; incomplete when the deadline ended the search early.
    Hits search(float[] query, int k, Deadline deadline);
}
