package dev.mobula.ranking.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.CausalTransformer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// A ranking model on disk: `model.json` (version, schema, layers, encoders) beside `weights.safetensors`.
///
/// The weights are written first and the description last, so a folder with a description is whole.
public final class ModelFolder {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DESCRIPTION = "model.json";
    private static final String WEIGHTS = "weights.safetensors";

    private ModelFolder() {}

    private record Graph(int inputWidth, List<Layer> layers, List<Head> heads) {}

    private record Description(
            String version,
            FeatureSchema schema,
            Graph graph,
            List<CausalTransformer.Shape> encoders) {}

    /// Writes a model whose layers are its own.
    ///
    /// @param encoders shapes of the encoders that its sequences name; their weights are among the model's.
    public static void save(Path folder, RankingModel model, List<CausalTransformer.Shape> encoders)
            throws IOException {
        LayerGraph graph =
                model.graph()
                        .orElseThrow(
                                () ->
                                        new RankingException(
                                                Code.INVALID_MODEL,
                                                "model '"
                                                        + model.version()
                                                        + "' has its layers in an archive"));
        Files.createDirectories(folder);
        Safetensors.save(model.weights(), folder.resolve(WEIGHTS));
        Description description =
                new Description(
                        model.version(),
                        model.layout().schema(),
                        new Graph(graph.inputWidth(), graph.layers(), graph.heads()),
                        encoders);
        Path half = folder.resolve(DESCRIPTION + ".half");
        Files.writeString(half, JSON.writeValueAsString(description));
        Files.move(half, folder.resolve(DESCRIPTION), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Reads what [#save] wrote, or refuses naming what does not fit.
    public static RankingModel load(Path folder, Kernels kernels) throws IOException {
        Description description = describe(folder.resolve(DESCRIPTION));
        Weights weights = Safetensors.load(folder.resolve(WEIGHTS));
        Graph graph = description.graph();
        Map<String, SequenceEncoder> encoders = new LinkedHashMap<>();
        for (CausalTransformer.Shape shape : description.encoders()) {
            encoders.put(shape.name(), CausalTransformer.of(shape, weights, kernels));
        }
        return RankingModel.of(
                description.version(),
                FeatureLayout.of(description.schema()),
                new LayerGraph(graph.inputWidth(), graph.layers(), graph.heads()),
                weights,
                encoders);
    }

    private static Description describe(Path file) throws IOException {
        try {
            return JSON.readValue(Files.readString(file), Description.class);
        } catch (JsonProcessingException cause) {
            if (cause.getCause() instanceof RankingException refusal) {
                throw refusal;
            }
            throw new RankingException(
                    Code.CORRUPT_FILE, file + ": " + cause.getOriginalMessage(), cause);
        }
    }
}
