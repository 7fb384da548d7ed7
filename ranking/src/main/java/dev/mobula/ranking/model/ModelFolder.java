package dev.mobula.ranking.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.features.FeatureLayout;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.CausalTransformer;
import dev.mobula.ranking.value.ValueModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A ranking model on disk: `model.json` (version, schema, layers, encoders) beside `weights.safetensors`, and the
/// digests of all files in `SHA256SUMS`, which `sha256sum -c` reads too.
///
/// The digests are written last, so a folder that has them is whole, and a file that was changed since is named. A
/// model made in Python has its layers in `program.pt`, no `graph` in its description, and its tables as weights.
/// `calibrators.json` may lie beside, and `value.json` with what a candidate is worth on each surface.
public final class ModelFolder {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String DESCRIPTION = "model.json";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String PROGRAM = "program.pt";
    private static final String CALIBRATORS = "calibrators.json";
    private static final String VALUES = "value.json";
    private static final List<String> FILES =
            List.of(DESCRIPTION, WEIGHTS, PROGRAM, CALIBRATORS, VALUES);

    private ModelFolder() {}

    private record Graph(int inputWidth, List<Layer> layers, List<Head> heads) {}

    private record Description(
            String version,
            FeatureSchema schema,
            @Nullable Graph graph,
            @Nullable List<CausalTransformer.Shape> encoders) {}

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
        Files.writeString(folder.resolve(DESCRIPTION), JSON.writeValueAsString(description));
        Digests.write(folder, FILES);
    }

    /// Adds the calibrators of a model that is there already.
    public static void save(Path folder, Calibrators calibrators) throws IOException {
        Files.writeString(folder.resolve(CALIBRATORS), calibrators.toJson());
        Digests.write(folder, FILES);
    }

    /// Adds the value expressions of a model that is there already.
    public static void save(Path folder, ValueModel values) throws IOException {
        Files.writeString(folder.resolve(VALUES), values.toJson());
        Digests.write(folder, FILES);
    }

    /// Reads what [#save] wrote, or refuses naming what is damaged or does not fit.
    public static RankingModel load(Path folder, Kernels kernels) throws IOException {
        Digests.verify(folder, FILES);
        Description description = describe(folder.resolve(DESCRIPTION));
        Weights weights = Safetensors.load(folder.resolve(WEIGHTS));
        Graph graph = description.graph();
        if (graph == null) {
            throw new RankingException(
                    Code.INVALID_MODEL,
                    "model '" + description.version() + "' has its layers in " + PROGRAM);
        }
        Map<String, SequenceEncoder> encoders = new LinkedHashMap<>();
        if (description.encoders() != null) {
            for (CausalTransformer.Shape shape : description.encoders()) {
                encoders.put(shape.name(), CausalTransformer.of(shape, weights, kernels));
            }
        }
        return RankingModel.of(
                description.version(),
                FeatureLayout.of(description.schema()),
                new LayerGraph(graph.inputWidth(), graph.layers(), graph.heads()),
                weights,
                encoders);
    }

    /// Whether the layers are a program made in Python, which [#loadProgram] reads.
    public static boolean hasProgram(Path folder) {
        return Files.exists(folder.resolve(PROGRAM));
    }

    /// What makes a ranker of a program that Python made: version, its file, the schema it must be for, its tables.
    @FunctionalInterface
    public interface ProgramReader {
        Ranker read(String version, Path program, FeatureLayout layout, Weights tables)
                throws IOException;
    }

    /// Reads a model whose layers are a program.
    public static Ranker loadProgram(Path folder, ProgramReader reader) throws IOException {
        Digests.verify(folder, FILES);
        Description description = describe(folder.resolve(DESCRIPTION));
        return reader.read(
                description.version(),
                folder.resolve(PROGRAM),
                FeatureLayout.of(description.schema()),
                Safetensors.load(folder.resolve(WEIGHTS)));
    }

    /// The calibrators beside the model, none when there are none.
    public static Calibrators calibrators(Path folder) throws IOException {
        Path file = folder.resolve(CALIBRATORS);
        return Files.exists(file)
                ? Calibrators.parse(Files.readString(file))
                : new Calibrators("none", Map.of());
    }

    /// The value expressions beside the model, by surface; none when there are none.
    public static Map<String, String> values(Path folder) throws IOException {
        Path file = folder.resolve(VALUES);
        return Files.exists(file) ? ValueModel.texts(Files.readString(file)) : Map.of();
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
