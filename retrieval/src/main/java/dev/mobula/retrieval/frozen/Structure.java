package dev.mobula.retrieval.frozen;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.vectors.Metric;

/// What a snapshot finds near rows by.
public enum Structure {
    /// Links from row to row, walked by int8 codes.
    GRAPH,
    /// Leaves of near rows, the nearest of which are read whole, by four-bit codes.
    LEAVES;

    /// What serves a metric best: leaves read in order beat a walk wherever dot products decide, which their codes keep.
    public static Structure of(Metric metric) {
        return metric == Metric.SQUARED_L2 ? GRAPH : LEAVES;
    }

    /// Refuses a metric that this structure cannot serve: the codes of leaves keep dot products.
    void check(Metric metric) {
        if (this == LEAVES && metric == Metric.SQUARED_L2) {
            throw invalid("structure", this, "does not serve " + metric);
        }
    }
}
