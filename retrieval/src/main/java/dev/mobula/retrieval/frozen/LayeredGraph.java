package dev.mobula.retrieval.frozen;

import java.util.List;

/// A built graph: rows of links on the base layer, ended by [#NONE], and the thinner layers above it.
///
/// Arrays are owned by the graph and not written to once it exists. `entry` is -1 when there are no rows.
@SuppressWarnings("ArrayRecordComponent")
record LayeredGraph(int count, int entry, int baseLinks, int[] base, List<Layer> layers) {
    /// Ends a row of links that is not full.
    static final int NONE = -1;

    LayeredGraph {
        layers = List.copyOf(layers);
    }

    /// One layer above the base: its rows in ascending order, and for each its links as places in this layer.
    record Layer(int[] rows, int linksPerRow, int[] links) {}
}
