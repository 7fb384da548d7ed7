package dev.mobula.cluster.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `safety decisions`: what people decided, as rows to learn from.
@Command(
        name = "decisions",
        description = {
            "Write what people decided about items of a running engine, with the items' words, as JSONL: item, text, label,"
                    + " positive.",
            "./mobula safety train TEXTS --decisions FILE learns from it."
        })
final class SafetyDecisions implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    private final Console console;

    @Parameters(index = "0", paramLabel = "OUT", description = "The file to write.")
    private Path out = Path.of("");

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "The most, the newest, 1..1000 (1000).")
    private int limit;

    @Mixin private EngineCall engine = new EngineCall();

    SafetyDecisions(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        String answer =
                engine.get("/v1/safety/learning/decisions", "limit", Integer.toString(limit));
        JsonNode all = JSON.readTree(answer).path("decisions");
        StringBuilder lines = new StringBuilder();
        for (JsonNode one : all) {
            lines.append(JSON.writeValueAsString(one)).append('\n');
        }
        DurableFile.write(out, lines.toString().getBytes(StandardCharsets.UTF_8));
        console.say(all.size() + " decisions: " + out);
        return 0;
    }
}
