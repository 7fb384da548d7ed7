package dev.mobula.cluster.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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

/// `notify policy`: shows a tenant's policies, or tries or sets the next one.
@Command(
        name = "policy",
        description = {
            "Show a tenant's policies; with a file, put the one in it in force.",
            "With --dry-run nothing changes: it shows who would be over the new caps."
        })
final class NotifyPolicy implements Callable<Integer> {
    private static final String PATH = "/v1/notifications/policies";

    private final Console console;

    @Mixin private EngineCall engine = new EngineCall();

    @Option(
            names = "--tenant",
            defaultValue = "default",
            description = "Whose policy (${DEFAULT-VALUE}).")
    private String tenant = "default";

    @Option(
            names = "--set",
            paramLabel = "FILE",
            description = "The next policy as JSON, of the form BudgetPolicy in /openapi.yaml.")
    private @Nullable Path file;

    @Option(names = "--dry-run", description = "Only show who would be over.")
    private boolean dryRun;

    NotifyPolicy(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Path policy = file;
        if (policy == null) {
            if (dryRun) {
                throw new CommandFailure("--dry-run: needs --set FILE, the policy to try");
            }
            console.say(engine.get(PATH, "tenant", tenant));
            return 0;
        }
        console.say(engine.send("PUT", PATH, body(policy)));
        return 0;
    }

    private String body(Path policy) {
        try {
            JsonNode read = JsonMapper.builder().build().readTree(Files.readString(policy));
            if (!(read instanceof ObjectNode object)) {
                throw new CommandFailure("--set " + policy + ": must hold a JSON object");
            }
            return object.put("tenant", tenant).put("dryRun", dryRun).toString();
        } catch (JsonProcessingException noJson) {
            throw new CommandFailure("--set " + policy + ": " + noJson.getOriginalMessage());
        } catch (IOException unread) {
            throw new CommandFailure(
                    "--set " + policy + ": cannot be read: " + unread.getMessage());
        }
    }
}
