package dev.mobula.cluster.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `notify rule`: puts a learned rule for sending to work, step by step, and off.
@Command(
        name = "rule",
        description = {
            "Let a learned rule for sending run in the shadow of a running engine; with --serve have decisions follow it.",
            "The engine follows it only when its own log, of people it was not learned from, says that it may; else it"
                    + " answers with the numbers. --shadow and --off take it back at once."
        })
final class NotifyRule implements Callable<Integer> {
    private static final String PATH = "/v1/notifications/rule";
    private static final long BYTES_MAX = 8 << 20;

    private final Console console;

    @Mixin private EngineCall engine = new EngineCall();

    @Option(
            names = "--put",
            paramLabel = "FILE",
            description = "The rule, as notify learn wrote it; else the one in force is meant.")
    private @Nullable Path file;

    @Option(names = "--serve", description = "Have decisions follow it, if it is let through.")
    private boolean serve;

    @Option(names = "--shadow", description = "Only ask it, and log what it says.")
    private boolean shadow;

    @Option(names = "--off", description = "Have decisions follow worth alone, and forget it.")
    private boolean off;

    @Option(
            names = "--loss-max",
            description = "So much less reward for each decision is still no harm (0.001).")
    private @Nullable Double lossMax;

    @Option(
            names = "--harm-max",
            description = "So many more who turn messages off are still none (0.0005).")
    private @Nullable Double harmMax;

    @Option(
            names = "--settled",
            paramLabel = "HOURS",
            description = "Leave decisions out that are younger (24).")
    private @Nullable Integer settledHours;

    @Option(names = "--note", description = "Why, for the history.")
    private @Nullable String note;

    NotifyRule(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if ((serve ? 1 : 0) + (shadow ? 1 : 0) + (off ? 1 : 0) > 1 || (off && file != null)) {
            throw new CommandFailure("one of --serve, --shadow and --off, and --off without --put");
        }
        if (off) {
            console.say(engine.send("DELETE", PATH, ""));
        } else if (serve || shadow || file != null) {
            console.say(engine.send("PUT", PATH, body()));
        } else {
            console.say(engine.get("/v1/notifications/learned"));
        }
        return 0;
    }

    private String body() {
        JsonMapper json = JsonMapper.builder().build();
        ObjectNode body = json.createObjectNode();
        Path rule = file;
        if (rule != null) {
            try {
                if (Files.size(rule) > BYTES_MAX) {
                    throw new CommandFailure(
                            "--put " + rule + ": must be at most " + BYTES_MAX + " bytes");
                }
                body.set("rule", json.readTree(rule.toFile()));
            } catch (JsonProcessingException noJson) {
                throw new CommandFailure("--put " + rule + ": " + noJson.getOriginalMessage());
            } catch (IOException unread) {
                throw new CommandFailure(
                        "--put " + rule + ": cannot be read: " + unread.getMessage());
            }
        }
        body.put("serves", serve);
        body.put("lossMax", lossMax).put("harmMax", harmMax).put("settledHours", settledHours);
        return body.put("note", note).toString();
    }
}
