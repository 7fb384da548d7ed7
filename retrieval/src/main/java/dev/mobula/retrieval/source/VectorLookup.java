package dev.mobula.retrieval.source;

import java.util.ArrayList;
import java.util.List;

/// Knows the embeddings of items.
@FunctionalInterface
public interface VectorLookup {
    /// The item's embedding, or an empty array when it has none.
    float[] embedding(long itemId);

    /// The embeddings of several items, in their order.
    default List<float[]> embeddings(long[] itemIds, Deadline deadline) {
        List<float[]> found = new ArrayList<>();
        for (long id : itemIds) {
            found.add(embedding(id));
        }
        return found;
    }
}
