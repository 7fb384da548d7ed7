package dev.mobula.retrieval.source;

/// A search for the nearest vectors, as an index or a shard offers it.
@FunctionalInterface
public interface VectorSearch {
    /// Fills ids and scores with the k best, best first, and returns how many there are. Higher scores are nearer.
    int search(float[] query, int k, long[] ids, float[] scores);
}
