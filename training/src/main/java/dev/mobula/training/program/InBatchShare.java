package dev.mobula.training.program;

import dev.mobula.training.collective.Collective;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What the workers must know of each other's rows before an in-batch softmax: keys and biases of all targets.
///
/// Every worker has room for `rowsMax` targets; a place without a row has a bias that no softmax notices.
final class InBatchShare implements AutoCloseable {
    private static final float ABSENT_BIAS = 1e30f;
    private static final int ALIGNMENT_BYTES = 64;

    private final Objective.InBatch objective;
    private final ProgramSpec spec;
    private final int lookup;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment keys;
    private final MemorySegment biases;
    private final MemorySegment places;
    private final MemorySegment weights;
    private MemorySegment allKeys;
    private MemorySegment allBiases;
    private int rows;
    private int all;
    private double weight;

    InBatchShare(ProgramSpec spec, Objective.InBatch objective) {
        this.spec = spec;
        this.objective = objective;
        this.lookup = spec.lookup(objective.targetLookup());
        this.keys = arena.allocate((long) spec.rowsMax() * Long.BYTES, ALIGNMENT_BYTES);
        this.biases = arena.allocate((long) spec.rowsMax() * Float.BYTES, ALIGNMENT_BYTES);
        this.places = arena.allocate((long) spec.rowsMax() * Long.BYTES, ALIGNMENT_BYTES);
        this.weights = arena.allocate((long) spec.rowsMax() * Float.BYTES, ALIGNMENT_BYTES);
        this.allKeys = keys;
        this.allBiases = biases;
    }

    /// Takes the batch's rows and, among several workers, exchanges them.
    void gather(Batch batch, Collective peers) {
        rows = batch.rows();
        boolean isAlone = peers.size() == 1;
        all = isAlone ? rows : spec.rowsMax() * peers.size();
        int first = isAlone ? 0 : spec.rowsMax() * peers.rank();
        fill(batch, first);
        if (!isAlone) {
            if (allKeys.byteSize() < (long) all * Long.BYTES) {
                allKeys = arena.allocate((long) all * Long.BYTES, ALIGNMENT_BYTES);
                allBiases = arena.allocate((long) all * Float.BYTES, ALIGNMENT_BYTES);
            }
            peers.allGather(keys, allKeys);
            peers.allGather(biases, allBiases);
        }
    }

    private void fill(Batch batch, int first) {
        float[] logs =
                objective.logProbability().map(c -> batch.column(spec.column(c))).orElse(null);
        float[] given = objective.rowWeight().map(c -> batch.column(spec.column(c))).orElse(null);
        weight = 0;
        for (int row = 0; row < spec.rowsMax(); row++) {
            boolean isThere = row < rows;
            float own = given == null ? 1f : given[row];
            float bias = logs == null ? 0f : logs[row];
            long key = isThere ? batch.keys(lookup)[row] : Batch.MISSING;
            keys.setAtIndex(ValueLayout.JAVA_LONG, row, key);
            biases.setAtIndex(ValueLayout.JAVA_FLOAT, row, isThere ? bias : ABSENT_BIAS);
            places.setAtIndex(ValueLayout.JAVA_LONG, row, (long) first + row);
            weights.setAtIndex(ValueLayout.JAVA_FLOAT, row, isThere ? own : 0f);
            weight += isThere ? own : 0;
        }
    }

    /// Rows of this share.
    int rows() {
        return rows;
    }

    /// Places for targets over all workers.
    int all() {
        return all;
    }

    double weight() {
        return weight;
    }

    MemorySegment keys() {
        return keys;
    }

    MemorySegment allKeys() {
        return allKeys;
    }

    /// Where each row's own target lies among all.
    MemorySegment places() {
        return places;
    }

    /// What is taken from the logit of each of all targets.
    MemorySegment biases() {
        return allBiases;
    }

    MemorySegment weights() {
        return weights;
    }

    @Override
    public void close() {
        arena.close();
    }
}
