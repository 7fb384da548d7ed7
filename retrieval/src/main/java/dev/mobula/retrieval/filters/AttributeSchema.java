package dev.mobula.retrieval.filters;

import static dev.mobula.retrieval.RetrievalException.invalid;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The names of the numbers kept beside every vector, in their order: language, created, author, labels, surface.
///
/// Every column holds 64-bit integers: a code, a time, an id, or a set of up to 64 flags.
public record AttributeSchema(List<String> columns) {
    /// The largest number of columns.
    public static final int COLUMNS_MAX = 64;

    /// Vectors alone.
    public static final AttributeSchema NONE = new AttributeSchema(List.of());

    public AttributeSchema {
        columns = List.copyOf(columns);
        if (columns.size() > COLUMNS_MAX) {
            throw invalid("columns", columns.size(), "must be at most " + COLUMNS_MAX);
        }
        Set<String> seen = new HashSet<>();
        for (String column : columns) {
            if (column.isEmpty() || column.length() > 100 || !seen.add(column)) {
                throw invalid("column", column, "must be unique and of 1 to 100 characters");
            }
        }
    }

    public static AttributeSchema of(String... columns) {
        return new AttributeSchema(List.of(columns));
    }

    /// The position of a column.
    public int column(String name) {
        int column = columns.indexOf(name);
        if (column < 0) {
            throw invalid("attribute", name, "is unknown, the index has " + columns);
        }
        return column;
    }

    /// Attributes by name; a column that is not named is 0.
    public Attributes attributes(Map<String, Long> values) {
        long[] row = new long[columns.size()];
        values.forEach((name, value) -> row[column(name)] = value);
        return new Attributes(row);
    }

    /// Refuses attributes that were made for another schema.
    public void check(long id, Attributes attributes) {
        if (attributes.count() != columns.size()) {
            throw invalid(
                    "attributes of id " + id,
                    attributes.count() + " values",
                    "must be one for each of " + columns);
        }
    }
}
