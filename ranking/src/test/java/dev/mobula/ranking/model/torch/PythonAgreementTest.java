package dev.mobula.ranking.model.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.model.Graphs;
import dev.mobula.ranking.model.Layer;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.ReferenceModel;
import dev.mobula.ranking.model.Safetensors;
import dev.mobula.ranking.model.SequenceEncoder;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.CausalTransformer;
import dev.mobula.ranking.model.packed.PackedScorer;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Every family in both engines against scores that PyTorch computed in Python.
///
/// `python_scores.py` made them from what [#main] writes: the same seeded weights and inputs.
final class PythonAgreementTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Kernels KERNELS = Kernels.ofThisMachine();
    private static final ObjectWriter LAYERS = JSON.writerFor(new TypeReference<List<Layer>>() {});
    private static final int ROWS = 20;
    private static final int EVENTS = 13;
    private static final CausalTransformer.Shape TRANSFORMER =
            new CausalTransformer.Shape("history", 24, 20, 2, 3);

    private static Map<String, LayerGraph> graphs() {
        Map<String, LayerGraph> all = new LinkedHashMap<>(Graphs.families());
        all.put("reference", ReferenceModel.graph());
        return all;
    }

    private static Weights weights(LayerGraph graph) {
        return Weights.random(graph.parameters(), 23);
    }

    private static ModelInput input(LayerGraph graph) {
        return Graphs.input(new SplittableRandom(31), ROWS, graph.inputWidth(), 0);
    }

    private static float[] events() {
        float[] events = new float[EVENTS * TRANSFORMER.width()];
        SplittableRandom random = new SplittableRandom(37);
        for (int i = 0; i < events.length; i++) {
            events[i] = (float) random.nextDouble(-1, 1);
        }
        return events;
    }

    @Test
    void everyFamilyScoresInBothEnginesAsInPython() throws IOException {
        JsonNode python = python();
        graphs().forEach(
                        (name, graph) -> {
                            Weights weights = weights(graph);
                            ModelInput input = input(graph);
                            JsonNode expected = python.path(name);
                            PackedScorer packed = PackedScorer.of(graph, 0, weights, KERNELS);
                            assertClose("packed " + name, Graphs.score(packed, input), expected);
                            try (TorchScorer torch = TorchScorer.of(graph, weights)) {
                                assertClose("torch " + name, Graphs.score(torch, input), expected);
                            }
                        });
    }

    @Test
    void theTransformerEncodesInBothEnginesAsInPython() throws IOException {
        JsonNode expected = python().path("transformer");
        Weights weights = Weights.random(TRANSFORMER.parameters(), 23);
        CausalTransformer packed = CausalTransformer.of(TRANSFORMER, weights, KERNELS);
        assertClose("packed", encode(packed), expected);
        try (TorchTransformer torch = TorchTransformer.of(TRANSFORMER, weights)) {
            assertClose("torch", encode(torch), expected);
            float[] nothing = new float[TRANSFORMER.width()];
            torch.open().encode(new float[0], 0, nothing, 0);
            assertThat(nothing).containsOnly(0f);
        }
    }

    private static float[] encode(SequenceEncoder encoder) {
        float[] out = new float[encoder.width()];
        encoder.open().encode(events(), EVENTS, out, 0);
        return out;
    }

    private static void assertClose(String what, float[] actual, JsonNode expected) {
        assertThat(expected.size()).as(what).isEqualTo(actual.length);
        for (int i = 0; i < actual.length; i++) {
            assertThat((double) actual[i])
                    .as("%s %d", what, i)
                    .isCloseTo(expected.get(i).asDouble(), within(1e-5));
        }
    }

    private static JsonNode python() throws IOException {
        try (InputStream scores =
                PythonAgreementTest.class.getResourceAsStream("python-scores.json")) {
            return JSON.readTree(scores);
        }
    }

    /// Writes what the script reads below the folder given.
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        for (Map.Entry<String, LayerGraph> entry : graphs().entrySet()) {
            LayerGraph graph = entry.getValue();
            ModelInput input = input(graph);
            float[] rows = new float[ROWS * graph.inputWidth()];
            for (int row = 0; row < ROWS; row++) {
                System.arraycopy(
                        input.values(),
                        row * input.stride(),
                        rows,
                        row * graph.inputWidth(),
                        graph.inputWidth());
            }
            Object described =
                    Map.of(
                            "inputWidth", graph.inputWidth(),
                            "layers", JSON.readTree(LAYERS.writeValueAsString(graph.layers())),
                            "heads", graph.heads());
            write(folder.resolve(entry.getKey()), described, weights(graph), rows);
        }
        Weights weights = Weights.random(TRANSFORMER.parameters(), 23);
        write(folder.resolve("transformer"), TRANSFORMER, weights, events());
    }

    private static void write(Path folder, Object described, Weights weights, float[] input)
            throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("graph.json"), JSON.writeValueAsString(described));
        Safetensors.save(weights, folder.resolve("weights.safetensors"));
        ByteBuffer bytes =
                ByteBuffer.allocate(input.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(input);
        Files.write(folder.resolve("input.f32"), bytes.array());
    }
}
