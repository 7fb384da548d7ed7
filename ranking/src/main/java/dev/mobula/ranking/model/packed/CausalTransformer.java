package dev.mobula.ranking.model.packed;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.model.SequenceEncoder;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Exponential;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.kernels.PackedMatrix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/*
 * Kang and McAuley, Self-Attentive Sequential Recommendation, 2018; pre-norm blocks.
 *
 *     x = events + positions
 *     per block: x = x + out(attention(norm1(x)));  x = x + down(relu(up(norm2(x))))
 *     result = norm(x), last position
 *
 * Position i attends to positions 0..i. Positions are counted from the newest event backwards, so an event's place
 * does not change its embedding's meaning when older history is cut off.
 */
/// A causal transformer over the event sequence: the user's representation is its last position.
public final class CausalTransformer implements SequenceEncoder {
    private static final float NORM_EPSILON = 1e-5f;
    private static final int EXPANSION = 4;

    private final Shape shape;
    private final Kernels kernels;
    private final float[] positions;
    private final List<Block> blocks = new ArrayList<>();
    private final float[] normScale;
    private final float[] normShift;

    /// Size of a transformer; parameters are named `name.…`.
    public record Shape(String name, int width, int eventsMax, int blocks, int heads) {
        public Shape {
            if (width < 1 || heads < 1 || width % heads != 0 || blocks < 1 || eventsMax < 1) {
                throw new RankingException(
                        Code.INVALID_MODEL,
                        "transformer '%s': width=%d heads=%d blocks=%d eventsMax=%d"
                                .formatted(name, width, heads, blocks, eventsMax));
            }
        }

        /// Shapes of all parameters by name.
        public Map<String, List<Integer>> parameters() {
            Map<String, List<Integer>> all = new LinkedHashMap<>();
            all.put(name + ".positions", List.of(eventsMax, width));
            for (int b = 0; b < blocks; b++) {
                String block = name + ".block" + b;
                putNorm(all, block + ".norm1");
                putLinear(all, block + ".qkv", 3 * width, width);
                putLinear(all, block + ".out", width, width);
                putNorm(all, block + ".norm2");
                putLinear(all, block + ".up", EXPANSION * width, width);
                putLinear(all, block + ".down", width, EXPANSION * width);
            }
            putNorm(all, name + ".norm");
            return all;
        }

        private void putNorm(Map<String, List<Integer>> all, String norm) {
            all.put(norm + ".weight", List.of(width));
            all.put(norm + ".bias", List.of(width));
        }

        private static void putLinear(
                Map<String, List<Integer>> all, String layer, int out, int in) {
            all.put(layer + ".weight", List.of(out, in));
            all.put(layer + ".bias", List.of(out));
        }
    }

    private record Linear(PackedMatrix weights, List<float[]> bias) {}

    private record Block(
            List<float[]> norm1,
            Linear qkv,
            Linear out,
            List<float[]> norm2,
            Linear up,
            Linear down) {}

    private CausalTransformer(Shape shape, Weights weights, Kernels kernels) {
        this.shape = shape;
        this.kernels = kernels;
        Map<String, List<Integer>> parameters = shape.parameters();
        Reader reader = new Reader(weights, parameters, kernels);
        this.positions = reader.values(shape.name() + ".positions");
        for (int b = 0; b < shape.blocks(); b++) {
            String block = shape.name() + ".block" + b;
            blocks.add(
                    new Block(
                            reader.norm(block + ".norm1"),
                            reader.linear(block + ".qkv"),
                            reader.linear(block + ".out"),
                            reader.norm(block + ".norm2"),
                            reader.linear(block + ".up"),
                            reader.linear(block + ".down")));
        }
        List<float[]> norm = reader.norm(shape.name() + ".norm");
        this.normScale = norm.get(0);
        this.normShift = norm.get(1);
    }

    /// Packs the weights, or refuses naming the one that is missing or misshapen.
    public static CausalTransformer of(Shape shape, Weights weights, Kernels kernels) {
        return new CausalTransformer(shape, weights, kernels);
    }

    @Override
    public int width() {
        return shape.width();
    }

    @Override
    public int eventsMax() {
        return shape.eventsMax();
    }

    @Override
    public Session open() {
        return new TransformerSession();
    }

    private record Reader(Weights weights, Map<String, List<Integer>> parameters, Kernels kernels) {
        float[] values(String name) {
            return weights.require(name, parameters.getOrDefault(name, List.of()));
        }

        List<float[]> norm(String name) {
            return List.of(values(name + ".weight"), values(name + ".bias"));
        }

        Linear linear(String name) {
            List<Integer> shape = parameters.getOrDefault(name + ".weight", List.of());
            float[] bias = values(name + ".bias");
            int padded = Kernels.padColumns(bias.length) + Kernels.COLUMN_BLOCK;
            return new Linear(
                    kernels.pack(values(name + ".weight"), shape.getFirst(), shape.getLast()),
                    List.of(Arrays.copyOf(bias, padded)));
        }
    }

    private final class TransformerSession implements Session {
        private final int rowsMax = Kernels.padRows(shape.eventsMax());
        private final int stride = Kernels.padColumns(shape.width()) + Kernels.COLUMN_BLOCK;
        private final int wide =
                Kernels.padColumns(EXPANSION * shape.width()) + Kernels.COLUMN_BLOCK;
        private final float[] x = new float[rowsMax * stride];
        private final float[] normed = new float[rowsMax * stride];
        private final float[] step = new float[rowsMax * stride];
        private final float[] hidden = new float[rowsMax * wide];
        private final float[] attention = new float[shape.eventsMax()];

        @Override
        public void encode(float[] events, int count, float[] out, int outAt) {
            int width = shape.width();
            if (count > shape.eventsMax()) {
                throw new IllegalArgumentException(
                        "count=" + count + " eventsMax=" + shape.eventsMax());
            }
            if (count == 0) {
                Arrays.fill(out, outAt, outAt + width, 0f);
                return;
            }
            for (int i = 0; i < count; i++) {
                for (int j = 0; j < width; j++) {
                    x[i * stride + j] =
                            events[i * width + j] + positions[(count - 1 - i) * width + j];
                }
            }
            for (Block block : blocks) {
                attend(block, count);
                feedForward(block, count);
            }
            normalize(x, (count - 1) * stride, normScale, normShift, normed, 0);
            System.arraycopy(normed, 0, out, outAt, width);
        }

        private void attend(Block block, int count) {
            normalizeAll(block.norm1(), count);
            multiply(block.qkv(), normed, stride, count, hidden, wide);
            int headWidth = shape.width() / shape.heads();
            for (int head = 0; head < shape.heads(); head++) {
                for (int i = 0; i < count; i++) {
                    attendOne(i, head * headWidth, headWidth);
                }
            }
            multiply(block.out(), normed, stride, count, step, stride);
            addStep(count);
        }

        /// Query, key and value of a position lie side by side in `hidden`; the result goes to `normed`.
        private void attendOne(int i, int column, int headWidth) {
            float scale = 1f / (float) Math.sqrt(headWidth);
            float max = Float.NEGATIVE_INFINITY;
            for (int j = 0; j <= i; j++) {
                float dot = 0f;
                int query = i * wide + column;
                int key = j * wide + shape.width() + column;
                for (int d = 0; d < headWidth; d++) {
                    dot = Math.fma(hidden[query + d], hidden[key + d], dot);
                }
                attention[j] = dot * scale;
                max = Math.max(max, attention[j]);
            }
            float sum = 0f;
            for (int j = 0; j <= i; j++) {
                attention[j] = Exponential.exp(attention[j] - max);
                sum += attention[j];
            }
            int to = i * stride + column;
            Arrays.fill(normed, to, to + headWidth, 0f);
            for (int j = 0; j <= i; j++) {
                int value = j * wide + 2 * shape.width() + column;
                kernels.addScaled(attention[j] / sum, hidden, value, normed, to, headWidth);
            }
        }

        private void feedForward(Block block, int count) {
            normalizeAll(block.norm2(), count);
            multiply(block.up(), normed, stride, count, hidden, wide);
            kernels.relu(hidden, 0, wide, count, EXPANSION * shape.width());
            multiply(block.down(), hidden, wide, count, step, stride);
            addStep(count);
        }

        private void multiply(
                Linear layer, float[] a, int aStride, int count, float[] c, int cStride) {
            int rows = Kernels.padRows(count);
            float[] bias = layer.bias().getFirst();
            kernels.multiply(layer.weights(), 0, a, 0, aStride, rows, bias, c, 0, cStride);
        }

        private void addStep(int count) {
            for (int i = 0; i < count; i++) {
                kernels.addScaled(1f, step, i * stride, x, i * stride, shape.width());
            }
        }

        private void normalizeAll(List<float[]> norm, int count) {
            for (int i = 0; i < count; i++) {
                normalize(x, i * stride, norm.get(0), norm.get(1), normed, i * stride);
            }
        }

        private void normalize(
                float[] from, int at, float[] scale, float[] shift, float[] to, int toAt) {
            int width = shape.width();
            float mean = 0f;
            for (int j = 0; j < width; j++) {
                mean += from[at + j];
            }
            mean /= width;
            float variance = 0f;
            for (int j = 0; j < width; j++) {
                float centred = from[at + j] - mean;
                variance = Math.fma(centred, centred, variance);
            }
            float factor = 1f / (float) Math.sqrt(variance / width + NORM_EPSILON);
            for (int j = 0; j < width; j++) {
                to[toAt + j] = Math.fma((from[at + j] - mean) * factor, scale[j], shift[j]);
            }
        }
    }
}
