package dev.mobula.retrieval.source;

import java.util.ArrayList;
import java.util.List;

/// Knows the embeddings of items.
@FunctionalInterface
public interface VectorLookup {
    /// The item's embedding, or an empty array when it has none.
    float[] embedding(long itemId);

    /// The same lookup in another space, for whoever has more than one; empty for the usual.
    default VectorLookup in(String space) {
        return this;
    }

    /// The embeddings of several items, in their order.
    default List<float[]> embeddings(long[] itemIds, Deadline deadline) {
        List<float[]> found = new ArrayList<>();
        for (long id : itemIds) {
            found.add(embedding(id));
        }
        return found;
    }
}
