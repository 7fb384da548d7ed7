package dev.mobula.training.program;

import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.kernels.PackedMatrix;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.kernels.Elementwise;
import dev.mobula.training.kernels.LayerKernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/// The softmax of a share's queries over all targets of the global batch, and its gradients.
final class SoftmaxPass implements AutoCloseable {
    private static final float HIDDEN = -1e30f;

    private final Kernels kernels;
    private final LayerKernels layerKernels = LayerKernels.ofThisMachine();
    private final Scratch scratch;
    private final InBatchShare share;
    private final Value query;
    private final Value target;
    private final float factor;
    private final int rowsMax;
    private final int width;
    private float[] targets = new float[0];
    private float[] logits = new float[0];
    private float[] ofTargets = new float[0];
    private float[] biases = new float[0];
    private int[] nextSame = new int[0];

    SoftmaxPass(
            ProgramSpec spec,
            Objective.InBatch objective,
            Value query,
            Value target,
            Kernels kernels,
            Scratch scratch) {
        this.kernels = kernels;
        this.scratch = scratch;
        this.share = new InBatchShare(spec, objective);
        this.query = query;
        this.target = target;
        this.factor = (float) (1 / objective.temperature());
        this.rowsMax = spec.rowsMax();
        this.width = query.width();
    }

    double weight() {
        return share.weight();
    }

    /// Sets the gradients of queries and targets, and returns the loss.
    double run(Batch batch, Collective peers) {
        share.gather(batch, peers);
        allocate();
        gatherTargets(peers);
        chainSame();
        double loss = logits();
        queryBackward();
        targetBackward(peers);
        return loss;
    }

    private void allocate() {
        int all = share.all();
        int padded = Kernels.padRows(all) + Kernels.COLUMN_BLOCK;
        if (targets.length < padded * width) {
            targets = new float[padded * width];
            ofTargets = new float[padded * Kernels.padColumns(width)];
            biases = new float[padded];
            nextSame = new int[all];
            logits = new float[Kernels.padRows(rowsMax) * stride(all) + Kernels.COLUMN_BLOCK];
        }
    }

    private static int stride(int all) {
        return Kernels.padColumns(all) + Kernels.COLUMN_BLOCK;
    }

    private void gatherTargets(Collective peers) {
        for (int row = 0; row < share.rows(); row++) {
            System.arraycopy(target.values(), target.at(row), targets, row * width, width);
        }
        if (peers.size() > 1) {
            try (Arena arena = Arena.ofConfined()) {
                long bytes = (long) rowsMax * width * Float.BYTES;
                MemorySegment mine = arena.allocate(bytes, 64);
                MemorySegment all = arena.allocate(bytes * peers.size(), 64);
                mine.copyFrom(MemorySegment.ofArray(targets).asSlice(0, bytes));
                peers.allGather(mine, all);
                MemorySegment.ofArray(targets).asSlice(0, all.byteSize()).copyFrom(all);
            }
        }
        for (int i = 0; i < share.all(); i++) {
            biases[i] = -share.biases().getAtIndex(ValueLayout.JAVA_FLOAT, i);
        }
    }

    /// Links every target to the next one with its key, in a ring.
    private void chainSame() {
        Map<Long, Integer> last = new HashMap<>();
        Map<Long, Integer> first = new HashMap<>();
        for (int i = 0; i < share.all(); i++) {
            long key = share.allKeys().getAtIndex(ValueLayout.JAVA_LONG, i);
            Integer before = last.put(key, i);
            if (before == null) {
                first.put(key, i);
            } else {
                nextSame[before] = i;
            }
        }
        last.forEach((key, at) -> nextSame[at] = first.getOrDefault(key, at));
    }

    /// Fills in the gradients of all logits, and returns the loss.
    private double logits() {
        int all = share.all();
        int stride = stride(all);
        PackedMatrix packed = scratch.packed(all, width);
        float[] scaled = scratch.product(all * width);
        Elementwise.scale(factor, targets, 0, scaled, 0, all * width);
        packed.fillFromColumns(scaled);
        float[] start = Arrays.copyOf(biases, packed.columnsWritten());
        int padded = Kernels.padRows(share.rows());
        kernels.multiply(
                packed,
                0,
                query.values(),
                query.at(0),
                query.stride(),
                padded,
                start,
                logits,
                0,
                stride);
        double loss = 0;
        for (int row = 0; row < share.rows(); row++) {
            loss += softmax(row, row * stride, all);
        }
        int from = share.rows() * stride;
        Arrays.fill(logits, from, Math.max(from, Kernels.padRows(rowsMax) * stride), 0f);
        return loss;
    }

    private double softmax(int row, int at, int all) {
        int own = (int) share.places().getAtIndex(ValueLayout.JAVA_LONG, row);
        for (int same = nextSame[own]; same != own; same = nextSame[same]) {
            logits[at + same] = HIDDEN;
        }
        float weight = share.weights().getAtIndex(ValueLayout.JAVA_FLOAT, row);
        float max = layerKernels.max(logits, at, all);
        float picked = logits[at + own] - max;
        kernels.exp(logits, at, all, max);
        float sum = layerKernels.sum(logits, at, all);
        Elementwise.scale(weight / sum, logits, at, logits, at, all);
        logits[at + own] -= weight;
        return weight * (StrictMath.log(sum) - picked);
    }

    private void queryBackward() {
        int all = share.all();
        PackedMatrix packed = scratch.packed(width, all);
        packed.fillFromRows(targets, 0, width);
        int stride = packed.columnsWritten();
        int padded = Kernels.padRows(share.rows());
        float[] product = scratch.product(padded * stride + Kernels.COLUMN_BLOCK);
        float[] zeros = scratch.zeros(stride);
        kernels.multiply(packed, 0, logits, 0, stride(all), padded, zeros, product, 0, stride);
        for (int row = 0; row < share.rows(); row++) {
            Elementwise.scale(factor, product, row * stride, product, row * stride, width);
            query.takeGradient(row, product, row * stride);
        }
        query.setHasGradient();
    }

    /// The queries are turned rather than the logits, which are many times as many.
    private void targetBackward(Collective peers) {
        int all = share.all();
        int depth = Kernels.padRows(rowsMax);
        PackedMatrix packed = scratch.packed(all, depth);
        packed.fillFromRows(logits, 0, stride(all));
        int padded = Kernels.padRows(width);
        float[] turned = scratch.transposed(padded * depth + Kernels.COLUMN_BLOCK);
        Elementwise.transpose(
                query.values(), query.at(0), query.stride(), depth, width, turned, depth);
        int stride = packed.columnsWritten();
        float[] zeros = scratch.zeros(stride);
        float[] product = scratch.product(padded * stride + Kernels.COLUMN_BLOCK);
        kernels.multiply(packed, 0, turned, 0, depth, padded, zeros, product, 0, stride);
        Elementwise.transpose(product, 0, stride, width, all, ofTargets, width);
        Elementwise.scale(factor, ofTargets, 0, ofTargets, 0, all * width);
        if (peers.size() > 1) {
            try (Arena arena = Arena.ofConfined()) {
                long bytes = (long) rowsMax * width * Float.BYTES;
                MemorySegment mine = arena.allocate(bytes, 64);
                MemorySegment sums = arena.allocate(bytes * peers.size(), 64);
                sums.copyFrom(MemorySegment.ofArray(ofTargets).asSlice(0, sums.byteSize()));
                peers.reduceScatter(sums, mine);
                MemorySegment.ofArray(ofTargets).asSlice(0, bytes).copyFrom(mine);
            }
        }
        for (int row = 0; row < share.rows(); row++) {
            target.takeGradient(row, ofTargets, row * width);
        }
        target.setHasGradient();
    }

    @Override
    public void close() {
        share.close();
    }
}
