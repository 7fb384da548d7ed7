package dev.mobula.retrieval.frozen;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.VectorRows;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.IntConsumer;

/*
 * Hierarchical navigable small world graph [1] on flat arrays, built by several threads at once.
 *
 * All vectors are there before the first link is made, and all layers are drawn beforehand, so the entry point is known
 * and never moves: a thread needs no lock to read. Rows of links are written under one of a few thousand striped locks
 * and read without any: an int is never torn, every value ever written is a valid row or the end mark, and a reader that
 * meets a row half rewritten sees a mixture of its old and new links, which is only a slightly different graph.
 *
 * Cost: about efConstruction * links distances to find a node's neighbours, and as many again to choose among those of
 * its neighbours whose rows are full. Links are chosen by the diversity rule: a candidate is kept unless it is nearer to
 * one already kept than to the node itself.
 *
 * [1] Malkov, Yashunin: Efficient and robust approximate nearest neighbor search using HNSW graphs, arXiv 1603.09320.
 */

/// Builds a graph over rows of vectors, with several threads.
final class GraphBuilder {
    private static final Kernels KERNELS = Kernels.best();
    private static final int STRIPES = 1 << 12;
    private static final int LAYERS_MAX = 24;
    private static final int CONNECT_ROUNDS = 4;

    private final VectorRows rows;
    private final boolean squared;
    private final GraphSpec spec;
    private final int[] levels;
    private final int[] base;
    private final int[][] upper;
    private final Object[] stripes = new Object[STRIPES];
    private final int entry;

    private GraphBuilder(VectorRows rows, Metric metric, GraphSpec spec) {
        long slots = (long) rows.count() * spec.baseLinks();
        if (slots > Integer.MAX_VALUE - 8 || rows.count() >= Beam.ROWS_MAX) {
            throw invalid("rows", rows.count(), "is too many for one graph: use more shards");
        }
        this.rows = rows;
        this.squared = metric == Metric.SQUARED_L2;
        this.spec = spec;
        levels = drawnLevels(rows.count(), spec);
        base = new int[(int) slots];
        Arrays.fill(base, LayeredGraph.NONE);
        upper = new int[rows.count()][];
        for (int row = 0; row < upper.length; row++) {
            upper[row] = new int[levels[row] * spec.links()];
            Arrays.fill(upper[row], LayeredGraph.NONE);
        }
        Arrays.setAll(stripes, i -> new Object());
        entry = firstOfHighestLevel(levels);
    }

    /// Builds the graph of all rows under a metric.
    static LayeredGraph build(
            VectorRows rows, Metric metric, GraphSpec spec, BuildProgress progress) {
        GraphBuilder builder = new GraphBuilder(rows, metric, spec);
        builder.insertAll("graph", progress);
        if (metric == Metric.INNER_PRODUCT && rows.count() > 0) {
            try (Arena arena = Arena.ofShared()) {
                VectorRows directions = rows.normalised(arena);
                GraphBuilder angular = new GraphBuilder(directions, Metric.COSINE, spec);
                angular.insertAll("angular graph", progress);
                HybridLinks.interleave(angular.base, builder.base, spec.baseLinks());
            }
        }
        builder.connectAll();
        return new LayeredGraph(
                rows.count(), builder.entry, spec.baseLinks(), builder.base, builder.layers());
    }

    private void insertAll(String stage, BuildProgress progress) {
        ParallelRows.forEach(stage, 0, rows.count(), spec.threads(), progress, Worker::new);
    }

    /* Rewriting a full row may cut the last way to a node; give each such node a link from a near reachable one. */
    private void connectAll() {
        if (entry < 0) {
            return;
        }
        Worker worker = new Worker();
        for (int round = 0; round < CONNECT_ROUNDS; round++) {
            Reachable reachable = new Reachable(base, spec.baseLinks(), rows.count());
            reachable.spreadFrom(entry);
            if (reachable.isEverything()) {
                return;
            }
            for (int row = 0; row < rows.count(); row++) {
                if (!reachable.contains(row)) {
                    worker.connect(row);
                    reachable.spreadFrom(row);
                }
            }
        }
    }

    private static int[] drawnLevels(int count, GraphSpec spec) {
        SplittableRandom random = new SplittableRandom(spec.seed());
        double scale = 1 / Math.log(spec.links());
        int[] levels = new int[count];
        for (int row = 0; row < count; row++) {
            levels[row] = Math.min((int) (-Math.log(1 - random.nextDouble()) * scale), LAYERS_MAX);
        }
        return levels;
    }

    private static int firstOfHighestLevel(int[] levels) {
        int best = -1;
        for (int row = 0; row < levels.length; row++) {
            if (best < 0 || levels[row] > levels[best]) {
                best = row;
            }
        }
        return best;
    }

    private List<LayeredGraph.Layer> layers() {
        List<LayeredGraph.Layer> layers = new ArrayList<>();
        int top = entry < 0 ? 0 : levels[entry];
        for (int level = 1; level <= top; level++) {
            layers.add(layer(level));
        }
        return layers;
    }

    private LayeredGraph.Layer layer(int level) {
        int width = spec.links();
        int[] places = new int[levels.length];
        int count = 0;
        for (int row = 0; row < levels.length; row++) {
            places[row] = levels[row] >= level ? count++ : LayeredGraph.NONE;
        }
        int[] members = new int[count];
        int[] links = new int[count * width];
        for (int row = 0; row < levels.length; row++) {
            if (places[row] < 0) {
                continue;
            }
            members[places[row]] = row;
            for (int i = 0; i < width; i++) {
                int link = upper[row][(level - 1) * width + i];
                links[places[row] * width + i] = link < 0 ? link : places[link];
            }
        }
        return new LayeredGraph.Layer(members, width, links);
    }

    /// One thread's working memory and the insertion of one row.
    private final class Worker implements IntConsumer {
        private final int length = rows.layout().length();
        private final float[] query = new float[length];
        private final Beam beam = new Beam();
        private final VisitedRows visited = new VisitedRows(rows.count());
        private final int[] pending = new int[spec.baseLinks() + 4];
        private final float[] distances = new float[spec.baseLinks() + 4];
        private final int[] candidates = new int[candidatesMax()];
        private final float[] candidateDistances = new float[candidatesMax()];
        private final int[] chosen = new int[spec.baseLinks()];

        @Override
        public void accept(int row) {
            if (row == entry) {
                return;
            }
            rows.get(row, query);
            int level = levels[entry];
            int at = entry;
            for (; level > levels[row]; level--) {
                at = descend(at, level);
            }
            for (; level >= 0; level--) {
                search(at, row, level);
                int found = takeCandidates();
                at = candidates[0];
                link(row, level, choose(found, spec.links()));
            }
        }

        /* Links a row that no link leads to from the nearest row that has a free slot, or from the nearest. */
        private void connect(int row) {
            rows.get(row, query);
            search(entry, row, 0);
            int last = spec.baseLinks() - 1;
            int from = beam.row(0);
            for (int i = 0; i < beam.size(); i++) {
                if (base[start(beam.row(i), 0) + last] < 0) {
                    from = beam.row(i);
                    break;
                }
            }
            int slot = start(from, 0);
            while (slot < start(from, 0) + last && base[slot] >= 0) {
                slot++;
            }
            base[slot] = row;
        }

        private int descend(int from, int level) {
            int at = from;
            float best = distanceTo(at);
            for (boolean moved = true; moved; ) {
                moved = false;
                int[] links = upper[at];
                int start = (level - 1) * spec.links();
                for (int i = start; i < start + spec.links() && links[i] >= 0; i++) {
                    float distance = distanceTo(links[i]);
                    if (distance < best) {
                        best = distance;
                        at = links[i];
                        moved = true;
                    }
                }
            }
            return at;
        }

        private void search(int from, int self, int level) {
            beam.reset(spec.efConstruction());
            visited.clear();
            visited.add(self);
            visited.add(from);
            beam.add(distanceTo(from), from, true);
            for (int place = beam.next(); place >= 0; place = beam.next()) {
                int count = gather(beam.expand(place), level);
                score(count);
                for (int i = 0; i < count; i++) {
                    if (beam.admits(distances[i])) {
                        beam.add(distances[i], pending[i], true);
                    }
                }
            }
        }

        private int gather(int row, int level) {
            int[] links = level == 0 ? base : upper[row];
            int width = width(level);
            int start = start(row, level);
            int count = 0;
            for (int i = start; i < start + width; i++) {
                int link = links[i];
                if (link < 0) {
                    break;
                }
                if (visited.add(link)) {
                    pending[count++] = link;
                }
            }
            return count;
        }

        private void score(int count) {
            if (squared) {
                for (int i = 0; i < count; i++) {
                    distances[i] = distanceTo(pending[i]);
                }
                return;
            }
            for (int i = count; i < count + 3; i++) {
                pending[i] = count == 0 ? 0 : pending[count - 1];
            }
            for (int i = 0; i < count; i += 4) {
                KERNELS.dot4(
                        query,
                        rows.segment(),
                        rows.offset(pending[i]),
                        rows.offset(pending[i + 1]),
                        rows.offset(pending[i + 2]),
                        rows.offset(pending[i + 3]),
                        length,
                        distances,
                        i);
            }
            for (int i = 0; i < count; i++) {
                distances[i] = -distances[i];
            }
        }

        private int takeCandidates() {
            for (int i = 0; i < beam.size(); i++) {
                candidates[i] = beam.row(i);
                candidateDistances[i] = beam.distance(i);
            }
            return beam.size();
        }

        /* The diversity rule over candidates in ascending order of distance. */
        private int choose(int count, int limit) {
            int kept = 0;
            for (int i = 0; i < count && kept < limit; i++) {
                int candidate = candidates[i];
                float own = candidateDistances[i];
                boolean diverse = true;
                for (int j = 0; j < kept && diverse; j++) {
                    diverse = between(candidate, chosen[j]) >= own;
                }
                if (diverse) {
                    chosen[kept++] = candidate;
                }
            }
            return kept;
        }

        private void link(int row, int level, int count) {
            int[] mine = Arrays.copyOf(chosen, count);
            for (int neighbour : mine) {
                synchronized (stripe(row)) {
                    addLink(row, neighbour, level);
                }
                synchronized (stripe(neighbour)) {
                    addLink(neighbour, row, level);
                }
            }
        }

        private void addLink(int row, int neighbour, int level) {
            int[] links = level == 0 ? base : upper[row];
            int width = width(level);
            int start = start(row, level);
            for (int i = start; i < start + width; i++) {
                if (links[i] == neighbour) {
                    return;
                }
                if (links[i] < 0) {
                    links[i] = neighbour;
                    return;
                }
            }
            candidates[0] = neighbour;
            System.arraycopy(links, start, candidates, 1, width);
            sortByDistanceTo(row, width + 1);
            int kept = choose(width + 1, width);
            System.arraycopy(chosen, 0, links, start, kept);
            Arrays.fill(links, start + kept, start + width, LayeredGraph.NONE);
        }

        private void sortByDistanceTo(int row, int count) {
            for (int i = 0; i < count; i++) {
                int candidate = candidates[i];
                float distance = between(row, candidate);
                int place = i;
                for (; place > 0 && candidateDistances[place - 1] > distance; place--) {
                    candidateDistances[place] = candidateDistances[place - 1];
                    candidates[place] = candidates[place - 1];
                }
                candidateDistances[place] = distance;
                candidates[place] = candidate;
            }
        }

        private float distanceTo(int row) {
            return squared
                    ? KERNELS.squaredDistance(query, rows.segment(), rows.offset(row), length)
                    : -KERNELS.dot(query, rows.segment(), rows.offset(row), length);
        }

        private float between(int a, int b) {
            return squared
                    ? KERNELS.squaredDistance(
                            rows.segment(), rows.offset(a), rows.offset(b), length)
                    : -KERNELS.dot(rows.segment(), rows.offset(a), rows.offset(b), length);
        }
    }

    private int candidatesMax() {
        return Math.max(spec.efConstruction(), spec.baseLinks()) + 1;
    }

    private int width(int level) {
        return level == 0 ? spec.baseLinks() : spec.links();
    }

    private int start(int row, int level) {
        return level == 0 ? row * spec.baseLinks() : (level - 1) * spec.links();
    }

    private Object stripe(int row) {
        return stripes[row & (STRIPES - 1)];
    }
}
