package dev.mobula.cluster.bench.rank;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.cluster.bench.PythonPeers;
import dev.mobula.ranking.model.ModelInput;
import dev.mobula.ranking.model.Safetensors;
import dev.mobula.ranking.model.Weights;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// The same model in PyTorch and ONNX Runtime, in one Python process that measures on demand.
final class RankPeers implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();
    private static final String SCRIPT = "rank_peer.py";
    private static final Map<String, List<String>> VARIANTS =
            Map.of(
                    "pytorch", List.of("eager", "medium", "compile"),
                    "onnxruntime", List.of("onnxruntime"));
    private static final Map<String, List<String>> PACKAGES =
            Map.of(
                    "pytorch", List.of("numpy", "torch"),
                    "onnxruntime", List.of("numpy", "onnx", "onnxruntime"));

    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final Path output;
    private final JsonNode greeting;

    private RankPeers(Process process, Path output) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        this.output = output;
        this.greeting = answer();
    }

    /// Installs what is missing, writes weights and input, and starts the script.
    static RankPeers open(
            Set<String> peers, Path home, Path folder, Weights weights, ModelInput input)
            throws IOException, InterruptedException {
        List<String> wanted = names(peers);
        Files.createDirectories(folder);
        Set<String> packages = new TreeSet<>();
        wanted.forEach(peer -> packages.addAll(PACKAGES.getOrDefault(peer, List.of())));
        PythonPeers tools = PythonPeers.install(home, folder, packages);
        Path weightsFile = folder.resolve("reference.safetensors");
        Path inputFile = folder.resolve("input.f32");
        Safetensors.save(weights, weightsFile);
        Files.write(inputFile, bytes(input));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                tools.python().toString(),
                                tools.script(SCRIPT, folder).toString(),
                                weightsFile.toString(),
                                inputFile.toString(),
                                Integer.toString(input.rows())));
        wanted.forEach(peer -> command.addAll(VARIANTS.getOrDefault(peer, List.of())));
        Process process =
                new ProcessBuilder(command)
                        .redirectError(folder.resolve("peer.log").toFile())
                        .start();
        return new RankPeers(process, folder.resolve("scores.f32"));
    }

    private static List<String> names(Set<String> peers) throws IOException {
        if (peers.contains("all")) {
            return VARIANTS.keySet().stream().sorted().toList();
        }
        for (String peer : peers) {
            if (!VARIANTS.containsKey(peer)) {
                throw new IOException("--peer " + peer + ": there are all, onnxruntime, pytorch");
            }
        }
        return peers.stream().sorted().toList();
    }

    private static byte[] bytes(ModelInput input) {
        ByteBuffer bytes =
                ByteBuffer.allocate(input.rows() * input.width() * Float.BYTES)
                        .order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < input.rows(); row++) {
            for (int column = 0; column < input.width(); column++) {
                bytes.putFloat(input.values()[row * input.stride() + column]);
            }
        }
        return bytes.array();
    }

    /// What could be built, in the order asked for.
    List<String> variants() {
        List<String> variants = new ArrayList<>();
        greeting.path("variants").forEach(variant -> variants.add(variant.asText()));
        return variants;
    }

    /// What could not be built, and why.
    Map<String, String> failures() {
        return texts("failures");
    }

    Map<String, String> versions() {
        return texts("versions");
    }

    private Map<String, String> texts(String field) {
        Map<String, String> texts = new LinkedHashMap<>();
        greeting.path(field)
                .properties()
                .forEach(entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    /// One round of a variant.
    Timing measure(String variant, double seconds) throws IOException {
        requests.write(variant + " " + seconds + " " + output + "\n");
        requests.flush();
        JsonNode answer = answer();
        return new Timing(
                answer.path("p10").asDouble(Double.NaN),
                answer.path("p50").asDouble(Double.NaN),
                answer.path("runs").asInt());
    }

    /// The scores of the last round.
    float[] scores() throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(output));
        float[] scores = new float[bytes.remaining() / Float.BYTES];
        bytes.order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(scores);
        return scores;
    }

    private JsonNode answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(
                    "the peers' process ended; see " + output.resolveSibling("peer.log"));
        }
        return JSON.readTree(line);
    }

    @Override
    public void close() throws IOException {
        requests.close();
        process.destroy();
    }
}
