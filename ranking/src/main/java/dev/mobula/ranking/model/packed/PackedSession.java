package dev.mobula.ranking.model.packed;

import dev.mobula.ranking.model.Head;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.Scorer;
import dev.mobula.ranking.model.kernels.Exponential;
import dev.mobula.ranking.model.kernels.Kernels;
import java.util.Arrays;
import java.util.List;

/// Runs a plan tile by tile in buffers of its own.
final class PackedSession implements Scorer.Session {
    private final Kernels kernels;
    private final PackedScorer scorer;
    private final List<Step> steps;
    private final int[] strides;
    private final float[][] buffers;
    private final float[][] starts;
    private final float[] gate = new float[LayerGraph.EXPERTS_MAX];

    PackedSession(Kernels kernels, Plan plan, PackedScorer scorer) {
        this.kernels = kernels;
        this.scorer = scorer;
        this.steps = plan.steps();
        this.strides = plan.strides();
        this.buffers = new float[strides.length][];
        this.starts = new float[plan.products()][];
        for (int b = 1; b < strides.length; b++) {
            buffers[b] = new float[PackedScorer.TILE_ROWS * strides[b] + Kernels.COLUMN_BLOCK];
        }
        for (Step step : steps) {
            if (step instanceof Step.Product product) {
                starts[product.index()] = product.bias().clone();
            }
        }
    }

    @Override
    public void score(ModelInput input, float[] scores) {
        scorer.requireFits(input, scores);
        if (input.rows() == 0) {
            return;
        }
        buffers[Region.INPUT_BUFFER] = input.values();
        sumShared(input);
        for (int first = 0; first < input.rows(); first += PackedScorer.TILE_ROWS) {
            int rows = Math.min(PackedScorer.TILE_ROWS, input.rows() - first);
            for (Step step : steps) {
                run(step, first, rows, scores);
            }
        }
    }

    private void sumShared(ModelInput input) {
        for (Step step : steps) {
            if (step instanceof Step.Product it && it.sharedDepth() > 0) {
                kernels.multiplyRow(
                        it.weights(),
                        it.sharedDepth(),
                        input.values(),
                        it.input().offset(),
                        it.bias(),
                        starts[it.index()]);
            }
        }
    }

    private void run(Step step, int first, int rows, float[] scores) {
        switch (step) {
            case Step.Product it -> multiply(it, first, Kernels.padRows(rows));
            case Step.Cross it -> cross(it, first, Kernels.padRows(rows));
            case Step.Mixture it -> mix(it, rows);
            case Step.Concat it -> concat(it, first, rows);
            case Step.Sum it -> sum(it, first, rows);
            case Step.Normalize it -> normalize(it, first, rows);
            case Step.Output it -> output(it, first, rows, scores);
            case Step.Copy it -> copy(it.from(), first, rows, scores);
        }
    }

    /// Where a region's first row of this tile starts: only the input holds more than one tile.
    private int at(Region region, int first) {
        return region.buffer() == Region.INPUT_BUFFER
                ? first * stride(region) + region.offset()
                : region.offset();
    }

    private int stride(Region region) {
        return strides[region.buffer()];
    }

    private float[] buffer(Region region) {
        return buffers[region.buffer()];
    }

    private void multiply(Step.Product it, int first, int rows) {
        kernels.multiply(
                it.weights(),
                it.sharedDepth(),
                buffer(it.input()),
                at(it.input(), first),
                stride(it.input()),
                rows,
                starts[it.index()],
                buffer(it.output()),
                it.output().offset(),
                stride(it.output()));
        for (Region clipped : it.relu()) {
            kernels.relu(buffer(clipped), clipped.offset(), stride(clipped), rows, clipped.width());
        }
    }

    private void cross(Step.Cross it, int first, int rows) {
        kernels.cross(
                buffer(it.base()),
                at(it.base(), first),
                stride(it.base()),
                buffer(it.x()),
                at(it.x(), first),
                stride(it.x()),
                buffer(it.product()),
                it.product().offset(),
                stride(it.product()),
                rows,
                Kernels.padColumns(it.product().width()));
    }

    private void mix(Step.Mixture it, int rows) {
        Region out = it.output();
        int experts = it.experts().size();
        for (int row = 0; row < rows; row++) {
            softmax(buffer(it.gate()), it.gate().offset() + row * stride(it.gate()), experts);
            int to = out.offset() + row * stride(out);
            Arrays.fill(buffer(out), to, to + out.width(), 0f);
            for (int e = 0; e < experts; e++) {
                Region expert = it.experts().get(e);
                int from = expert.offset() + row * stride(expert);
                kernels.addScaled(gate[e], buffer(expert), from, buffer(out), to, out.width());
            }
        }
    }

    private void softmax(float[] logits, int at, int count) {
        float max = logits[at];
        for (int i = 1; i < count; i++) {
            max = Math.max(max, logits[at + i]);
        }
        float sum = 0f;
        for (int i = 0; i < count; i++) {
            gate[i] = Exponential.exp(logits[at + i] - max);
            sum += gate[i];
        }
        for (int i = 0; i < count; i++) {
            gate[i] /= sum;
        }
    }

    private void concat(Step.Concat it, int first, int rows) {
        int column = it.output().offset();
        for (Region input : it.inputs()) {
            for (int row = 0; row < rows; row++) {
                System.arraycopy(
                        buffer(input),
                        at(input, first) + row * stride(input),
                        buffer(it.output()),
                        column + row * stride(it.output()),
                        input.width());
            }
            column += input.width();
        }
    }

    private void sum(Step.Sum it, int first, int rows) {
        Region out = it.output();
        for (int row = 0; row < rows; row++) {
            int to = out.offset() + row * stride(out);
            Arrays.fill(buffer(out), to, to + out.width(), 0f);
            for (Region input : it.inputs()) {
                int from = at(input, first) + row * stride(input);
                kernels.addScaled(1f, buffer(input), from, buffer(out), to, out.width());
            }
        }
    }

    private void normalize(Step.Normalize it, int first, int rows) {
        for (int row = 0; row < rows; row++) {
            int from = at(it.input(), first) + row * stride(it.input());
            int to = it.output().offset() + row * stride(it.output());
            float[] x = buffer(it.input());
            float squares = 0f;
            for (int j = 0; j < it.input().width(); j++) {
                squares = Math.fma(x[from + j], x[from + j], squares);
            }
            float scale = squares == 0f ? 0f : 1f / (float) Math.sqrt(squares);
            for (int j = 0; j < it.input().width(); j++) {
                buffer(it.output())[to + j] = x[from + j] * scale;
            }
        }
    }

    private void output(Step.Output it, int first, int rows, float[] scores) {
        float[] logits = buffer(it.logit());
        int from = at(it.logit(), first);
        int stride = stride(it.logit());
        int to = first * scorer.outputs() + it.head();
        for (int row = 0; row < rows; row++) {
            float logit = logits[from + row * stride];
            scores[to + row * scorer.outputs()] =
                    it.link() == Head.Link.SIGMOID ? Exponential.sigmoid(logit) : logit;
        }
    }

    private void copy(Region from, int first, int rows, float[] scores) {
        for (int row = 0; row < rows; row++) {
            System.arraycopy(
                    buffer(from),
                    at(from, first) + row * stride(from),
                    scores,
                    (first + row) * from.width(),
                    from.width());
        }
    }
}
