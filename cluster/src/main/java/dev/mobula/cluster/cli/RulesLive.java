package dev.mobula.cluster.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `safety rules live`: how the rules of a running engine fare.
@Command(
        name = "live",
        description = {
            "Show the versions at work in a running engine, and how often each rule held, acted and was held back.",
            "With --events the last events it judged become a table: what new rules are checked and back-tested with."
        })
final class RulesLive implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();

    private final Console console;

    @Mixin private EngineCall engine = new EngineCall();

    @Option(
            names = "--events",
            paramLabel = "FILE",
            description = "Write the last 1000 events that were judged, as JSONL.")
    private @Nullable Path events;

    @Option(
            names = "--resume",
            paramLabel = "RULE",
            description = "Let a rule that stopped itself go on.")
    private @Nullable String resume;

    RulesLive(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (resume != null) {
            String body = JSON.writeValueAsString(JSON.createObjectNode().put("rule", resume));
            JsonNode done = JSON.readTree(engine.send("POST", "/v1/safety/rules/resume", body));
            if (!done.path("resumed").asBoolean()) {
                throw new CommandFailure("--resume " + resume + ": no such rule is at work");
            }
        }
        JsonNode status = JSON.readTree(engine.get("/v1/safety/rules"));
        String trouble = status.path("trouble").asText();
        console.say(
                Table.of("acting", "shadow", "actions", "events", "waiting", "trouble")
                        .row(
                                status.path("active").asInt(),
                                status.path("shadow").asInt(),
                                status.path("acts").asBoolean() ? "on" : "off",
                                status.path("events").asLong(),
                                status.path("waiting").asLong(),
                                RuleReplay.orDash(trouble))
                        .text());
        Table table = Table.of("rule", "version", "is", "held", "acted", "held back", "stopped");
        for (JsonNode one : status.path("rules")) {
            table.row(
                    one.path("rule").asText(),
                    one.path("version").asInt(),
                    one.path("acts").asBoolean() ? "acting" : "in the shadow",
                    one.path("held").asLong(),
                    one.path("acted").asLong(),
                    one.path("withheld").asLong(),
                    RuleReplay.orDash(one.path("stopped").asText()));
        }
        console.say(table.text());
        if (events != null) {
            write(events);
        }
        return trouble.isEmpty() ? 0 : 1;
    }

    private void write(Path file) throws IOException {
        StringBuilder lines = new StringBuilder();
        JsonNode all =
                JSON.readTree(engine.get("/v1/safety/rules/events", "limit", "1000"))
                        .path("events");
        for (JsonNode event : all) {
            lines.append(JSON.writeValueAsString(event)).append('\n');
        }
        DurableFile.write(file, lines.toString().getBytes(StandardCharsets.UTF_8));
        console.say(all.size() + " events: " + file);
    }
}
