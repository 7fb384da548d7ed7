package dev.mobula.retrieval.shard;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.RowLayout;

/// What an index holds and how it is built.
///
/// A compaction starts by itself once `compactAt` slots of the live index are used, or a quarter of the frozen rows are
/// dead.
public record IndexSpec(
        Metric metric,
        int dimension,
        AttributeSchema schema,
        GraphSpec graph,
        int liveCapacity,
        int compactAt) {
    /// The largest number of results of one search.
    public static final int RESULTS_MAX = 10_000;

    /// The widest search.
    public static final int EF_MAX = 100_000;

    private static final int DEFAULT_LIVE_CAPACITY = 20_000;

    public IndexSpec {
        RowLayout checked = new RowLayout(dimension);
        if (liveCapacity < 1 || (long) liveCapacity * checked.length() > Integer.MAX_VALUE - 8) {
            throw invalid(
                    "liveCapacity", liveCapacity, "must be at least 1 and fit one array of floats");
        }
        if (compactAt < 1 || compactAt > liveCapacity) {
            throw invalid("compactAt", compactAt, "must be in 1..liveCapacity=" + liveCapacity);
        }
    }

    /// Vectors with attributes, built by one thread in the background.
    public static IndexSpec of(Metric metric, int dimension, AttributeSchema schema) {
        return new IndexSpec(
                metric,
                dimension,
                schema,
                GraphSpec.defaults(1),
                DEFAULT_LIVE_CAPACITY,
                DEFAULT_LIVE_CAPACITY / 2);
    }

    public IndexSpec withGraph(GraphSpec newGraph) {
        return new IndexSpec(metric, dimension, schema, newGraph, liveCapacity, compactAt);
    }

    public IndexSpec withLive(int newCapacity, int newCompactAt) {
        return new IndexSpec(metric, dimension, schema, graph, newCapacity, newCompactAt);
    }
}
