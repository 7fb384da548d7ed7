package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.List;

/// The names of the columns to read: whole numbers as ids, lists of floats as vectors, whole numbers or short texts as
/// attributes. A text is read as its [dev.mobula.retrieval.filters.TextCode].
public record VectorColumns(String id, String vector, List<String> attributes) {
    /// The columns `id` and `vector`, and no attributes.
    public static final VectorColumns DEFAULT = new VectorColumns("id", "vector", List.of());

    public VectorColumns {
        attributes = List.copyOf(attributes);
        if (id.isEmpty() || vector.isEmpty() || attributes.contains("")) {
            throw invalid("columns", id + ", " + vector + ", " + attributes, "must have names");
        }
    }

    public VectorColumns withAttributes(List<String> names) {
        return new VectorColumns(id, vector, names);
    }
}
