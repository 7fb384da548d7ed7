package dev.mobula.retrieval.store;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// One item as its shard keeps it: who made it and when, its attributes, labels, state and embedding.
///
/// The embedding is owned by the item and must not be written to; it is empty until a model has encoded the item.
@SuppressWarnings("ArrayRecordComponent")
public record Item(
        long id,
        long authorId,
        long createdMillis,
        ItemState state,
        Map<String, Attribute> attributes,
        List<Label> labels,
        float[] embedding) {

    /// An item without an embedding.
    public static final float[] NO_EMBEDDING = {};

    public Item {
        attributes = Collections.unmodifiableMap(new TreeMap<>(attributes));
        labels = List.copyOf(labels);
        for (int i = 0; i < embedding.length; i++) {
            if (!Float.isFinite(embedding[i])) {
                throw invalid("embedding[" + i + "]", embedding[i], "must be finite");
            }
        }
    }

    /// A visible item that has no attributes, labels or embedding yet.
    public static Item of(long id, long authorId, long createdMillis) {
        return new Item(
                id, authorId, createdMillis, ItemState.VISIBLE, Map.of(), List.of(), NO_EMBEDDING);
    }

    public Item withState(ItemState newState) {
        return new Item(id, authorId, createdMillis, newState, attributes, labels, embedding);
    }

    public Item withAttributes(Map<String, Attribute> newAttributes) {
        return new Item(id, authorId, createdMillis, state, newAttributes, labels, embedding);
    }

    public Item withLabels(List<Label> newLabels) {
        return new Item(id, authorId, createdMillis, state, attributes, newLabels, embedding);
    }

    public Item withEmbedding(float[] newEmbedding) {
        return new Item(id, authorId, createdMillis, state, attributes, labels, newEmbedding);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Item that
                && id == that.id
                && authorId == that.authorId
                && createdMillis == that.createdMillis
                && state == that.state
                && attributes.equals(that.attributes)
                && labels.equals(that.labels)
                && Arrays.equals(embedding, that.embedding);
    }

    @Override
    public int hashCode() {
        return Objects.hash(
                id, authorId, createdMillis, state, attributes, labels, Arrays.hashCode(embedding));
    }
}
