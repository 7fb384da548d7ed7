package dev.mobula.retrieval.filters;

/// What a filter reads of an index: ids and attributes by row.
public interface Columns {
    AttributeSchema schema();

    long id(int row);

    long value(int column, int row);
}
