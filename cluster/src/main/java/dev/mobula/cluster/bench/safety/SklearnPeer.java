package dev.mobula.cluster.bench.safety;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.cluster.bench.PythonPeers;
import dev.mobula.training.safety.LabelledTexts;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// TF-IDF and logistic regression of scikit-learn, in a Python process that measures on demand.
final class SklearnPeer implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final Process process;
    private final BufferedReader answers;
    private final Writer requests;
    private final JsonNode greeting;

    private SklearnPeer(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.requests = process.outputWriter(StandardCharsets.UTF_8);
        this.greeting = answer();
    }

    static SklearnPeer open(Path home, Path folder, LabelledTexts train, LabelledTexts test)
            throws IOException, InterruptedException {
        Files.createDirectories(folder);
        PythonPeers tools = PythonPeers.install(home, folder, List.of("scikit-learn"));
        Path texts = folder.resolve("texts.json");
        Files.writeString(
                texts,
                JSON.writeValueAsString(
                        Map.of(
                                "train", train.texts(),
                                "train_labels", train.labels(),
                                "test", test.texts(),
                                "test_labels", test.labels())));
        Process process =
                new ProcessBuilder(
                                tools.python().toString(),
                                tools.script("safety_peer.py", folder).toString(),
                                texts.toString())
                        .redirectError(folder.resolve("peer.log").toFile())
                        .start();
        return new SklearnPeer(process);
    }

    double auc() {
        return greeting.path("auc").asDouble(Double.NaN);
    }

    String version() {
        return greeting.path("version").asText();
    }

    /// Seconds of processor time per text, one at a time or all at once.
    double seconds(boolean batch) throws IOException {
        requests.write(batch ? "batch\n" : "single\n");
        requests.flush();
        return answer().path("seconds").asDouble(Double.NaN);
    }

    private JsonNode answer() throws IOException {
        List<String> seen = new ArrayList<>();
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith("{")) {
                return JSON.readTree(line);
            }
            seen.add(line);
        }
        throw new IOException("the peer ended: " + seen + "; see its peer.log");
    }

    @Override
    public void close() throws IOException {
        requests.close();
        process.destroy();
    }
}
