package dev.mobula.retrieval.source;

import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.shard.Hits;
import java.util.ArrayList;
import java.util.List;

/// A search for the nearest vectors that pass a filter, as a shard or several of them offer it.
///
/// ```java
/// VectorSearch search =
///         (query, k, filter, deadline) ->
///                 shard.search(
///                         query,
///                         k,
///                         SearchOptions.DEFAULT.withFilter(filter).withDeadline(deadline.nanos()));
/// ```
///
/// Shard and deadline then read the same clock.
@FunctionalInterface
public interface VectorSearch {
    /// The k best, best first; incomplete when the deadline ended the search early.
    Hits search(float[] query, int k, Filter filter, Deadline deadline);

    /// The same search in another space, for whoever has more than one; empty for the usual.
    default VectorSearch in(String space) {
        return this;
    }

    /// Searches for each of several queries; one that the deadline leaves no time for finds nothing and is incomplete.
    default List<Hits> searchAll(List<float[]> queries, int k, Filter filter, Deadline deadline) {
        List<Hits> answers = new ArrayList<>();
        for (float[] query : queries) {
            answers.add(
                    deadline.passed()
                            ? new Hits(new long[0], new float[0], false)
                            : search(query, k, filter, deadline));
        }
        return answers;
    }
}
