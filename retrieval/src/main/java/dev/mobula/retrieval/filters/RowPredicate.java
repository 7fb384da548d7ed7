package dev.mobula.retrieval.filters;

/// A filter compiled for one index: whether a row passes.
@FunctionalInterface
public interface RowPredicate {
    boolean test(int row);
}
