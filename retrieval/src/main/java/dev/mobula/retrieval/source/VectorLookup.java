package dev.mobula.retrieval.source;

/// Knows the embeddings of items.
@FunctionalInterface
public interface VectorLookup {
    /// The item's embedding, or an empty array when it has none.
    float[] embedding(long itemId);
}
