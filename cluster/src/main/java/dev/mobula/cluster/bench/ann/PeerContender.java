package dev.mobula.cluster.bench.ann;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.cluster.bench.PythonPeers;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Another library in a process of its own, driven through `ann_peer.py`.
final class PeerContender implements Contender {
    private static final String SCRIPT = "ann_peer.py";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int[] LEAVES = {1, 2, 3, 5, 8, 12, 18, 27, 40, 60, 90, 135, 200, 300, 450};

    /// The libraries there are, and the package each comes in.
    static final Map<String, String> PACKAGES =
            Map.of(
                    "hnswlib", "hnswlib",
                    "faiss-hnsw", "faiss-cpu",
                    "faiss-sq8", "faiss-cpu",
                    "svs", "scalable-vs",
                    "scann", "scann");

    private final String library;
    private final int queries;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter requests;
    private final JsonNode ready;

    private PeerContender(String library, int queries, Process process) throws IOException {
        this.library = library;
        this.queries = queries;
        this.process = process;
        answers = process.inputReader(StandardCharsets.UTF_8);
        requests = process.outputWriter(StandardCharsets.UTF_8);
        ready = answer("ready");
    }

    /// Starts the library; it builds its index the first time, which takes minutes.
    static PeerContender open(String library, AnnData data, Path folder, PythonPeers tools)
            throws IOException {
        List<String> command =
                List.of(
                        tools.python().toString(),
                        tools.script(SCRIPT, folder).toString(),
                        library,
                        folder.toString(),
                        "--metric",
                        data.metric().name(),
                        "--dimension",
                        String.valueOf(data.dimension()),
                        "--k",
                        String.valueOf(AnnData.K));
        Process process =
                new ProcessBuilder(command)
                        .redirectError(folder.resolve(library + ".log").toFile())
                        .start();
        return new PeerContender(library, data.queries().length, process);
    }

    @Override
    public String name() {
        return library;
    }

    String version() {
        return ready.path("version").asText();
    }

    /// Memory that the loaded index took, or zero when it was built in this run.
    double bytes() {
        return ready.path("bytes").asDouble();
    }

    @Override
    public int[] knobs() {
        return library.equals("scann") ? LEAVES.clone() : MobulaContender.efs();
    }

    @Override
    public Run run(int knob) throws IOException {
        requests.write("{\"knob\": " + knob + "}\n");
        requests.flush();
        JsonNode run = answer("knob");
        return new Run(
                run.path("recall").asDouble(), run.path("seconds").asDouble() * 1e6 / queries);
    }

    @Override
    public void close() throws IOException {
        requests.close();
        process.destroy();
    }

    private JsonNode answer(String field) throws IOException {
        while (true) {
            @Nullable String line = answers.readLine();
            if (line == null) {
                throw new IOException(library + " ended; its log is beside its data");
            }
            if (line.startsWith("{")) {
                JsonNode node = JSON.readTree(line);
                if (node.has(field)) {
                    return node;
                }
            }
        }
    }
}
