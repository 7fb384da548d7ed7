package dev.mobula.cluster.bench.budget;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.PythonPeers;
import dev.mobula.training.price.BudgetProblem;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// OR-Tools' simplex in a Python process: the exact optimum of a problem, and how long it takes.
final class OrToolsPeer {
    static final String NAME = "ortools";

    private static final JsonMapper JSON = new JsonMapper();

    private final PythonPeers tools;
    private final Path folder;

    private OrToolsPeer(PythonPeers tools, Path folder) {
        this.tools = tools;
        this.folder = folder;
    }

    /// @param seconds the solver's own, without building the model
    record Exact(double value, double seconds, String version) {}

    static OrToolsPeer open(BenchContext context) throws IOException, InterruptedException {
        Path folder = Files.createDirectories(context.prepared());
        Path home = context.prepared().resolve("..").resolve("..").normalize();
        return new OrToolsPeer(PythonPeers.install(home, folder, List.of(NAME)), folder);
    }

    Exact solve(BudgetProblem problem) throws IOException, InterruptedException {
        Path file = folder.resolve("problem.json");
        JSON.writeValue(file.toFile(), problem);
        Process process =
                new ProcessBuilder(
                                tools.python().toString(),
                                tools.script("budget_peer.py", folder).toString(),
                                file.toString())
                        .redirectError(folder.resolve("peer.log").toFile())
                        .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("{")) {
                    JsonNode told = JSON.readTree(line);
                    return new Exact(
                            told.get("value").asDouble(),
                            told.get("seconds").asDouble(),
                            told.get("version").asText());
                }
            }
            throw new IOException(
                    "OR-Tools ended with "
                            + process.waitFor()
                            + "; see "
                            + folder.resolve("peer.log"));
        } finally {
            process.destroy();
        }
    }
}
