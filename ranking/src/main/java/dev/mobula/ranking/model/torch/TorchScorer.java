package dev.mobula.ranking.model.torch;

import ai.djl.MalformedModelException;
import ai.djl.Model;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.engine.PtModel;
import ai.djl.pytorch.engine.PtSymbolBlock;
import ai.djl.pytorch.jni.IValueUtils;
import ai.djl.pytorch.jni.JniUtils;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.model.KernelIdentity;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.Scorer;
import dev.mobula.ranking.model.Weights;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/*
 * Rows are scored in blocks of one fixed shape, the last one padded with zeros, because libtorch picks its kernels by
 * the shape of a product. All arrays of a block live in a manager of their own: outputs attach to the manager of the
 * first input, so the long-lived weights must never come first, or every request would stay in memory.
 */
/// The reference engine: a TorchScript program in libtorch.
public final class TorchScorer implements Scorer {
    static final int BLOCK_ROWS = 128;

    private final NDManager manager;
    private final Model model;
    private final PtSymbolBlock program;
    private final @Nullable NDArray flat;
    private final int inputWidth;
    private final int outputs;

    private TorchScorer(
            NDManager manager, Model model, @Nullable NDArray flat, int inputWidth, int outputs) {
        this.manager = manager;
        this.model = model;
        this.program = (PtSymbolBlock) model.getBlock();
        this.flat = flat;
        this.inputWidth = inputWidth;
        this.outputs = outputs;
    }

    /// Writes the graph as TorchScript and loads it with its weights. To be closed.
    public static TorchScorer of(LayerGraph graph, Weights weights) {
        float[] parameters = flatten(graph, weights);
        NDManager manager = TorchRuntime.newManager();
        NDArray flat = manager.create(parameters);
        Model model = load(TorchArchive.of(TorchSource.of(graph)));
        int outputs =
                graph.heads().isEmpty()
                        ? graph.width(graph.layers().getLast().name())
                        : graph.heads().size();
        return new TorchScorer(manager, model, flat, graph.inputWidth(), outputs);
    }

    /// Loads an archive whose `forward(x)` takes `[rows, inputWidth]` and gives `[rows, outputs]`. To be closed.
    static TorchScorer ofArchive(byte[] archive, int inputWidth, int outputs) {
        return new TorchScorer(TorchRuntime.newManager(), load(archive), null, inputWidth, outputs);
    }

    private static float[] flatten(LayerGraph graph, Weights weights) {
        float[] flat = new float[Math.toIntExact(graph.parameterCount())];
        int at = 0;
        for (String name : graph.parameterNames()) {
            List<Integer> shape = graph.parameters().getOrDefault(name, List.of());
            float[] values = weights.require(name, shape);
            System.arraycopy(values, 0, flat, at, values.length);
            at += values.length;
        }
        return flat;
    }

    static Model load(byte[] archive) {
        return load(archive, Map.of());
    }

    /// @param options of DJL's loader
    static Model load(byte[] archive, Map<String, ?> options) {
        Model model = Model.newInstance("program", TorchRuntime.ENGINE);
        try {
            ((PtModel) model).load(new ByteArrayInputStream(archive), options);
            return model;
        } catch (IOException | MalformedModelException | EngineException cause) {
            model.close();
            throw new RankingException(
                    Code.CORRUPT_FILE,
                    "libtorch does not load the archive: " + firstLine(cause),
                    cause);
        }
    }

    @Override
    public KernelIdentity identity() {
        return new KernelIdentity("torch", 0, TorchRuntime.version());
    }

    @Override
    public int outputs() {
        return outputs;
    }

    /// Native arrays that live as long as this scorer.
    int managedArrays() {
        return manager.getManagedArrays().size();
    }

    @Override
    public Session open() {
        return new TorchSession();
    }

    @Override
    public void close() {
        model.close();
        manager.close();
    }

    private static String firstLine(Exception cause) {
        return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
    }

    private final class TorchSession implements Session {
        private final float[] block = new float[BLOCK_ROWS * inputWidth];

        @Override
        public void score(ModelInput input, float[] scores) {
            if (input.width() != inputWidth) {
                throw new RankingException(
                        Code.MISMATCH,
                        "input of %d columns, the model wants %d"
                                .formatted(input.width(), inputWidth));
            }
            JniUtils.setGradMode(false);
            for (int first = 0; first < input.rows(); first += BLOCK_ROWS) {
                int rows = Math.min(BLOCK_ROWS, input.rows() - first);
                scoreBlock(input, first, rows, scores);
            }
        }

        private void scoreBlock(ModelInput input, int first, int rows, float[] scores) {
            Arrays.fill(block, 0f);
            for (int row = 0; row < rows; row++) {
                System.arraycopy(
                        input.values(),
                        (first + row) * input.stride(),
                        block,
                        row * inputWidth,
                        inputWidth);
            }
            try (NDManager request = manager.newSubManager()) {
                Shape shape = new Shape(BLOCK_ROWS, inputWidth);
                NDArray x = request.create(FloatBuffer.wrap(block), shape);
                NDList inputs = flat == null ? new NDList(x) : new NDList(x, flat);
                NDArray result = IValueUtils.forward(program, inputs, false).getFirst();
                requireShape(result.getShape());
                float[] values = result.toFloatArray();
                System.arraycopy(values, 0, scores, first * outputs, rows * outputs);
            } catch (EngineException cause) {
                throw new RankingException(
                        Code.ENGINE_FAILURE, "libtorch: " + firstLine(cause), cause);
            }
        }

        private void requireShape(Shape shape) {
            if (!shape.equals(new Shape(BLOCK_ROWS, outputs))) {
                throw new RankingException(
                        Code.MISMATCH,
                        "the program gives %s for %d rows, wanted %d columns"
                                .formatted(shape, BLOCK_ROWS, outputs));
            }
        }
    }
}
