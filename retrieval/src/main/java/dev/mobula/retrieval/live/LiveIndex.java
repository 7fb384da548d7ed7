package dev.mobula.retrieval.live;

import static dev.mobula.retrieval.RetrievalException.invalid;

import com.github.jelmerk.hnswlib.core.DistanceFunction;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.filters.Columns;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.filters.FilterCompiler;
import dev.mobula.retrieval.filters.RowPredicate;
import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.RowBits;
import dev.mobula.retrieval.vectors.TopHits;
import java.util.HashMap;
import java.util.Map;

/*
 * A write takes the next free slot and never one that was used: the vector, its attributes and its graph node are
 * written first, then the slot's bit in `alive` is set, then the bit of the version before is cleared. A deletion clears
 * the bit. Whoever reads checks the bit, so the graph may lag behind: it is only a way to find slots.
 *
 * The graph is hnswlib-core's. It finds a new node with high probability, not surely, so the most recent slots are
 * scanned as well: what was written is found at once. Small indexes and filtered searches are scanned whole, which is
 * exact and, at these sizes, quicker than walking.
 */

/// Vectors that are written and searched at the same time, up to a capacity of writes.
///
/// Writes are serialised inside; searches never wait for them.
public final class LiveIndex implements Columns {
    private static final int SCANNED_WHOLE_MAX = 2048;
    private static final int SCANNED_RECENT = 256;
    private static final int GRAPH_LINKS = 16;
    private static final int GRAPH_EF_CONSTRUCTION = 100;

    private final Metric metric;
    private final AttributeSchema schema;
    private final int capacity;
    private final int length;
    private final float[] floats;
    private final long[] ids;
    private final long[][] columns;
    private final RowBits alive;
    private final Map<Long, Integer> slots = new HashMap<>();
    private final HnswIndex<Integer, LiveVector, LiveVector, Float> graph;
    private volatile int used;

    public LiveIndex(Metric metric, int dimension, AttributeSchema schema, int capacity) {
        this.metric = metric;
        this.schema = schema;
        this.capacity = capacity;
        length = Kernels.padded(dimension);
        if (capacity < 1 || (long) capacity * length > Integer.MAX_VALUE - 8) {
            throw invalid("capacity", capacity, "must be at least 1 and fit one array of floats");
        }
        floats = new float[capacity * length];
        ids = new long[capacity];
        columns = new long[schema.columns().size()][capacity];
        alive = new RowBits(capacity);
        int elements = length;
        DistanceFunction<LiveVector, Float> distance =
                (a, b) -> metric.distance(a.floats(), a.from(), b.floats(), b.from(), elements);
        graph =
                HnswIndex.newBuilder(length, distance, capacity)
                        .withM(GRAPH_LINKS)
                        .withEfConstruction(GRAPH_EF_CONSTRUCTION)
                        .withRemoveEnabled()
                        .build();
    }

    /// Writes a prepared vector under an id, replacing the one before; false when no slot is left.
    public synchronized boolean put(long id, float[] prepared, Attributes attributes) {
        int slot = used;
        if (slot == capacity) {
            return false;
        }
        System.arraycopy(prepared, 0, floats, slot * length, length);
        ids[slot] = id;
        for (int column = 0; column < columns.length; column++) {
            columns[column][slot] = attributes.value(column);
        }
        graph.add(new LiveVector(floats, slot * length, slot, length));
        used = slot + 1;
        alive.add(slot);
        Integer before = slots.put(id, slot);
        if (before != null) {
            retire(before);
        }
        return true;
    }

    /// Deletes an id; false when it was not there.
    public synchronized boolean remove(long id) {
        Integer slot = slots.remove(id);
        if (slot == null) {
            return false;
        }
        retire(slot);
        return true;
    }

    private void retire(int slot) {
        alive.remove(slot);
        graph.remove(slot, 0);
    }

    /// Offers the nearest accepted vectors to the hits.
    public void search(float[] prepared, int k, int ef, Filter filter, TopHits hits) {
        int slotsUsed = used;
        if (filter.equals(Filter.EVERYTHING) && slotsUsed > SCANNED_WHOLE_MAX) {
            int recent = slotsUsed - SCANNED_RECENT;
            walk(prepared, Math.max(k, ef), recent, hits);
            scan(prepared, recent, slotsUsed, slot -> true, hits);
        } else {
            scan(prepared, 0, slotsUsed, FilterCompiler.compile(filter, this), hits);
        }
    }

    private void walk(float[] prepared, int ef, int end, TopHits hits) {
        LiveVector query = new LiveVector(prepared, 0, -1, length);
        for (SearchResult<LiveVector, Float> found : graph.findNearest(query, ef)) {
            int slot = found.item().slot();
            if (slot < end && alive.contains(slot)) {
                hits.offer(ids[slot], -found.distance());
            }
        }
    }

    private void scan(float[] prepared, int from, int to, RowPredicate accepted, TopHits hits) {
        for (int slot = from; slot < to; slot++) {
            if (!alive.contains(slot) || !accepted.test(slot)) {
                continue;
            }
            float score = -metric.distance(prepared, 0, floats, slot * length, length);
            if (hits.admits(score)) {
                hits.offer(ids[slot], score);
            }
        }
    }

    /// Vectors that can be found.
    public int size() {
        return alive.count();
    }

    /// Slots written so far; each is used once.
    public int used() {
        return used;
    }

    public int capacity() {
        return capacity;
    }

    public boolean isAlive(int slot) {
        return alive.contains(slot);
    }

    /// Copies the prepared vector of a slot.
    public void vector(int slot, float[] into) {
        System.arraycopy(floats, slot * length, into, 0, length);
    }

    @Override
    public AttributeSchema schema() {
        return schema;
    }

    @Override
    public long id(int slot) {
        return ids[slot];
    }

    @Override
    public long value(int column, int slot) {
        return columns[column][slot];
    }
}
