package dev.mobula.ranking.model.torch;

import ai.djl.Model;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.mobula.ranking.model.SequenceEncoder;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.packed.CausalTransformer;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The causal transformer in libtorch: the reference of [CausalTransformer], with its shape and its weights.
public final class TorchTransformer implements SequenceEncoder, AutoCloseable {
    private final CausalTransformer.Shape shape;
    private final NDManager manager;
    private final Model model;
    private final PtSymbolBlock program;
    private final NDArray flat;

    private TorchTransformer(CausalTransformer.Shape shape, float[] parameters, byte[] archive) {
        this.shape = shape;
        manager = TorchRuntime.newManager();
        flat = manager.create(parameters);
        model = TorchScorer.load(archive);
        program = (PtSymbolBlock) model.getBlock();
    }

    /// Writes the transformer as TorchScript and loads it with its weights. To be closed.
    public static TorchTransformer of(CausalTransformer.Shape shape, Weights weights) {
        Source source = new Source(shape, weights);
        byte[] archive = TorchArchive.of(source.text());
        return new TorchTransformer(shape, source.parameters, archive);
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
        return this::encode;
    }

    private void encode(float[] events, int count, float[] out, int outAt) {
        int width = shape.width();
        if (count == 0) {
            Arrays.fill(out, outAt, outAt + width, 0f);
            return;
        }
        JniUtils.setGradMode(false);
        try (NDManager request = manager.newSubManager()) {
            NDArray x =
                    request.create(Arrays.copyOf(events, count * width), new Shape(count, width));
            NDArray mask = request.create(causalMask(count), new Shape(count, count));
            NDList inputs = new NDList(x, mask, flat);
            float[] values = IValueUtils.forward(program, inputs, false).getFirst().toFloatArray();
            System.arraycopy(values, 0, out, outAt, width);
        }
    }

    /// What is added to the attention of a position to a later one forbids it.
    private static float[] causalMask(int count) {
        float[] mask = new float[count * count];
        for (int i = 0; i < count; i++) {
            Arrays.fill(mask, i * count + i + 1, (i + 1) * count, Float.NEGATIVE_INFINITY);
        }
        return mask;
    }

    @Override
    public void close() {
        model.close();
        manager.close();
    }

    /// The program's text, and its parameters in one vector in the order of their shapes.
    private static final class Source {
        private static final String EPSILON = "1.0000000000000001e-05";

        private final CausalTransformer.Shape shape;
        private final float[] parameters;
        private final StringBuilder body = new StringBuilder();

        Source(CausalTransformer.Shape shape, Weights weights) {
            this.shape = shape;
            Map<String, List<Integer>> shapes = shape.parameters();
            int total = 0;
            for (Map.Entry<String, List<Integer>> entry : shapes.entrySet()) {
                total += weights.require(entry.getKey(), entry.getValue()).length;
            }
            parameters = new float[total];
            int at = 0;
            for (Map.Entry<String, List<Integer>> entry : shapes.entrySet()) {
                float[] values = weights.require(entry.getKey(), entry.getValue());
                System.arraycopy(values, 0, parameters, at, values.length);
                at += values.length;
            }
        }

        String text() {
            line("n = torch.size(events, 0)");
            line("p = torch.narrow(" + parameter(".positions") + ", 0, 0, n)");
            line("x = torch.add(events, torch.flip(p, [0]))");
            for (int b = 0; b < shape.blocks(); b++) {
                block(".block" + b);
            }
            line("y = " + norm("x", ".norm"));
            return "  def forward(self: __torch__."
                    + TorchArchive.CLASS
                    + ",\n      events: Tensor,\n      mask: Tensor,\n      flat: Tensor) -> Tensor:\n"
                    + body
                    + "    return torch.select(y, 0, -1)\n";
        }

        private void block(String block) {
            int width = shape.width();
            int heads = shape.heads();
            line("qkv = " + linear(norm("x", block + ".norm1"), block + ".qkv"));
            for (int part = 0; part < 3; part++) {
                String columns = "torch.narrow(qkv, 1, %d, %d)".formatted(part * width, width);
                String sizes = ", [n, " + heads + ", " + width / heads + "])";
                line("r = torch.reshape(" + columns + sizes);
                line("a" + part + " = torch.transpose(r, 0, 1)");
            }
            double scale = Math.sqrt((double) width / heads);
            line("s = torch.div(torch.matmul(a0, torch.transpose(a1, 1, 2)), " + scale + ")");
            line("w = torch.softmax(torch.add(s, mask), -1)");
            line("h = torch.transpose(torch.matmul(w, a2), 0, 1)");
            line("m = torch.reshape(h, [n, " + width + "])");
            line("x = torch.add(x, " + linear("m", block + ".out") + ")");
            line("u = torch.relu(" + linear(norm("x", block + ".norm2"), block + ".up") + ")");
            line("x = torch.add(x, " + linear("u", block + ".down") + ")");
        }

        private String norm(String input, String name) {
            return String.format(
                    Locale.ROOT,
                    "torch.layer_norm(%s, [%d], %s, %s, %s)",
                    input,
                    shape.width(),
                    parameter(name + ".weight"),
                    parameter(name + ".bias"),
                    EPSILON);
        }

        private String linear(String input, String name) {
            return String.format(
                    Locale.ROOT,
                    "torch.linear(%s, %s, %s)",
                    input,
                    parameter(name + ".weight"),
                    parameter(name + ".bias"));
        }

        /// The part of the flat vector that a parameter is, in its shape.
        private String parameter(String suffix) {
            long from = 0;
            for (Map.Entry<String, List<Integer>> entry : shape.parameters().entrySet()) {
                long count = entry.getValue().stream().reduce(1, (a, b) -> a * b);
                if (entry.getKey().equals(shape.name() + suffix)) {
                    return String.format(
                            Locale.ROOT,
                            "torch.view(torch.narrow(flat, 0, %d, %d), %s)",
                            from,
                            count,
                            entry.getValue());
                }
                from += count;
            }
            throw new IllegalStateException("no parameter " + shape.name() + suffix);
        }

        private void line(String statement) {
            body.append("    ").append(statement).append('\n');
        }
    }
}
