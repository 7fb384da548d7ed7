package dev.mobula.retrieval.frozen;

import java.util.Arrays;
import java.util.List;

/// A built graph: rows of links on the base layer, ended by [#NONE], and the thinner layers above it.
///
/// Arrays are owned by the graph and not written to once it exists. `entry` is -1 when there are no rows.
@SuppressWarnings("ArrayRecordComponent")
record LayeredGraph(int count, int entry, int baseLinks, int[] base, List<Layer> layers) {
    /// Ends a row of links that is not full.
    static final int NONE = -1;

    /// Of an index that is searched without links.
    static final LayeredGraph EMPTY = new LayeredGraph(0, NONE, 0, new int[0], List.of());

    LayeredGraph {
        layers = List.copyOf(layers);
    }

    /// The same graph over rows in another order; `oldRows[newRow]` says where each was.
    LayeredGraph reordered(int[] oldRows) {
        int[] newRows = new int[count];
        for (int row = 0; row < count; row++) {
            newRows[oldRows[row]] = row;
        }
        int[] links = new int[base.length];
        for (int row = 0; row < count; row++) {
            for (int i = 0; i < baseLinks; i++) {
                int link = base[oldRows[row] * baseLinks + i];
                links[row * baseLinks + i] = link < 0 ? link : newRows[link];
            }
        }
        return new LayeredGraph(
                count,
                entry < 0 ? entry : newRows[entry],
                baseLinks,
                links,
                layers.stream().map(layer -> layer.reordered(newRows)).toList());
    }

    /// One layer above the base: its rows in ascending order, and for each its links as places in this layer.
    record Layer(int[] rows, int linksPerRow, int[] links) {
        private Layer reordered(int[] newRows) {
            int[] sorted = new int[rows.length];
            Arrays.setAll(sorted, place -> newRows[rows[place]]);
            Arrays.sort(sorted);
            int[] moved = new int[links.length];
            for (int place = 0; place < rows.length; place++) {
                int start = newPlace(sorted, newRows, place) * linksPerRow;
                for (int i = 0; i < linksPerRow; i++) {
                    int link = links[place * linksPerRow + i];
                    moved[start + i] = link < 0 ? link : newPlace(sorted, newRows, link);
                }
            }
            return new Layer(sorted, linksPerRow, moved);
        }

        private int newPlace(int[] sorted, int[] newRows, int place) {
            return Arrays.binarySearch(sorted, newRows[rows[place]]);
        }
    }
}
