package dev.mobula.retrieval.frozen;

import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.VectorRows;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;

/*
 * A search waits for memory more than it computes, and what it reads next are neighbours of what it has just read. So
 * near vectors are put into near rows: every row goes to its nearest node on layer 1, those to their nearest on layer 2,
 * and so on, which makes the layers of the graph a tree of clusters of about `links` members; the rows are laid out in
 * the order of its leaves. Neighbours then share pages, and often cache lines of links and scales.
 *
 * Cost: one greedy descent per row, a small part of the build.
 */

/// Finds an order of rows in which near vectors lie close together.
final class RowOrder {
    private static final Kernels KERNELS = Kernels.best();

    private final VectorRows rows;
    private final boolean squared;
    private final List<LayeredGraph.Layer> layers;

    private RowOrder(VectorRows rows, Metric metric, List<LayeredGraph.Layer> layers) {
        this.rows = rows;
        this.squared = metric == Metric.SQUARED_L2;
        this.layers = layers;
    }

    /// The old row of every new one.
    static int[] nearTogether(
            VectorRows rows,
            Metric metric,
            LayeredGraph graph,
            int threads,
            BuildProgress progress) {
        RowOrder order = new RowOrder(rows, metric, graph.layers());
        int top = graph.layers().size();
        int[] members = all(top == 0 ? graph.count() : graph.layers().get(top - 1).rows().length);
        for (int level = top - 1; level >= 0; level--) {
            int[] layer = level == 0 ? all(graph.count()) : graph.layers().get(level - 1).rows();
            int[] homes = order.homes(layer, level, graph.entry(), threads, progress);
            members = sortedByHome(homes, members);
        }
        return members;
    }

    private static int[] all(int count) {
        int[] rows = new int[count];
        Arrays.setAll(rows, i -> i);
        return rows;
    }

    /* Places of a layer, in the order in which their homes come among the places of the layer above. */
    private static int[] sortedByHome(int[] homes, int[] homesInOrder) {
        int[] rank = new int[homesInOrder.length];
        for (int i = 0; i < homesInOrder.length; i++) {
            rank[homesInOrder[i]] = i;
        }
        int[] next = new int[homesInOrder.length + 1];
        for (int home : homes) {
            next[rank[home] + 1]++;
        }
        Arrays.parallelPrefix(next, Integer::sum);
        int[] sorted = new int[homes.length];
        for (int place = 0; place < homes.length; place++) {
            sorted[next[rank[homes[place]]]++] = place;
        }
        return sorted;
    }

    /* For every row of a layer its nearest place on the layer above. */
    private int[] homes(int[] layer, int level, int entry, int threads, BuildProgress progress) {
        int[] homes = new int[layer.length];
        ParallelRows.forEach(
                "order",
                0,
                layer.length,
                threads,
                progress,
                () -> new Descent(layer, homes, level, entry));
        return homes;
    }

    /// One thread's greedy walks from the entry down to the layer above a given one.
    private final class Descent implements IntConsumer {
        private final int[] layer;
        private final int[] homes;
        private final int level;
        private final int entry;
        private final float[] query = new float[rows.layout().length()];

        Descent(int[] layer, int[] homes, int level, int entry) {
            this.layer = layer;
            this.homes = homes;
            this.level = level;
            this.entry = entry;
        }

        @Override
        public void accept(int i) {
            rows.get(layer[i], query);
            int row = entry;
            int place = 0;
            for (int above = layers.size() - 1; above >= level; above--) {
                LayeredGraph.Layer walked = layers.get(above);
                place = nearest(walked, Arrays.binarySearch(walked.rows(), row));
                row = walked.rows()[place];
            }
            homes[i] = place;
        }

        private int nearest(LayeredGraph.Layer walked, int from) {
            int at = from;
            float best = distance(walked.rows()[at]);
            for (boolean moved = true; moved; ) {
                moved = false;
                int start = at * walked.linksPerRow();
                for (int i = start; i < start + walked.linksPerRow(); i++) {
                    int link = walked.links()[i];
                    if (link < 0) {
                        break;
                    }
                    float distance = distance(walked.rows()[link]);
                    if (distance < best) {
                        best = distance;
                        at = link;
                        moved = true;
                    }
                }
            }
            return at;
        }

        private float distance(int row) {
            return squared
                    ? KERNELS.squaredDistance(query, rows.segment(), rows.offset(row), query.length)
                    : -KERNELS.dot(query, rows.segment(), rows.offset(row), query.length);
        }
    }
}
