package dev.mobula.retrieval.source;

import dev.mobula.retrieval.shard.Hits;

/// A search by words, as a text index or several of them offer it.
@FunctionalInterface
public interface WordSearch {
    /// The k best, best first; incomplete when the deadline ended the search early.
    Hits search(String words, int k, Deadline deadline);
}
