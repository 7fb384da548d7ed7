package dev.mobula.cluster.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.safety.TextTargets;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The review queue of a running engine, as options: what a command finds is put before people there.
final class QueueOption {
    private static final JsonMapper JSON = new JsonMapper();

    @Option(
            names = "--queue",
            paramLabel = "POLICY",
            description =
                    "Put them into a running engine's review queue under this policy; needs --url and --item.")
    private @Nullable String policy;

    @Option(
            names = "--item",
            paramLabel = "COLUMN",
            defaultValue = "item",
            description = "The column of the texts' item ids (item).")
    private String column = "";

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The engine's gateway, http://127.0.0.1:8080 for example.")
    private @Nullable URI url;

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "A key with the scope label, when the gateway asks for keys.")
    private @Nullable String key;

    boolean isWanted() {
        return policy != null;
    }

    /// The items of the texts; refused where they are no numbers.
    List<String> items(Path texts) {
        return TextTargets.texts(texts, column, new Rejects(0));
    }

    /// Puts one before people.
    void put(String item, String by, double score, String why) throws IOException {
        if (url == null) {
            throw new CommandFailure("--queue: needs --url");
        }
        if (!item.matches("-?\\d{1,19}")) {
            throw new CommandFailure("--item " + column + ": " + item + " is no item's id");
        }
        ObjectNode body =
                JSON.createObjectNode()
                        .put("item", Long.parseLong(item))
                        .put("policy", policy)
                        .put("by", by)
                        .put("score", Math.clamp(score, 0, 1))
                        .put("severity", 1)
                        .put("evidence", why);
        new EngineCall(url, key)
                .send("POST", "/v1/review/suggestions", JSON.writeValueAsString(body));
    }
}
