package dev.mobula.cluster.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mobula.cluster.bench.rank.RankExplainer;
import dev.mobula.ranking.RankingException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `rank`: why a ranked page is what it is.
@Command(
        name = "rank",
        description = "Ask about a ranked page.",
        synopsisHeading = "Usage: ",
        customSynopsis = "./mobula rank COMMAND [OPTIONS]",
        commandListHeading = "%nCommands:%n")
final class RankCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console) {
        return new CommandLine(new RankCommand()).addSubcommand(new Explain(console));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// `rank explain`: why one place of a page is what it is.
    @Command(
            name = "explain",
            description = {
                "Tell why one place of a page is what it is: features, heads, calibration, value, moves;"
                        + " and show the page under other value weights.",
                "With --user, the page that a running engine makes for that user; without, a page"
                        + " of the reference model from a generated request."
            })
    static final class Explain implements Runnable {
        private static final JsonMapper JSON = new JsonMapper();
        private static final Duration LIMIT = Duration.ofSeconds(30);
        private static final String GENERATED_VALUE =
                "click + 2 * like + 4 * reply - 30 * report + 0.1 * dwell";

        private final Console console;

        @Option(names = "--user", paramLabel = "ID", description = "Whose page; asks the engine.")
        private @Nullable Long user;

        @Option(
                names = "--engine",
                paramLabel = "URL",
                defaultValue = "http://127.0.0.1:8080",
                description = "Where the engine listens (${DEFAULT-VALUE}).")
        private URI engine = URI.create("");

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "20",
                description = "How long the engine's page is (${DEFAULT-VALUE}).")
        private int limit;

        @Option(
                names = "--place",
                paramLabel = "N",
                defaultValue = "1",
                description = "The place on the page (${DEFAULT-VALUE}).")
        private int place;

        @Option(
                names = "--value",
                paramLabel = "EXPRESSION",
                description =
                        "What a candidate of the generated request is worth ("
                                + GENERATED_VALUE
                                + ").")
        private @Nullable String value;

        @Option(
                names = "--under",
                paramLabel = "EXPRESSION",
                description = "Also show the page under this value expression.")
        private @Nullable String under;

        Explain(Console console) {
            this.console = console;
        }

        @Override
        public void run() {
            if (user == null) {
                console.say(ofGenerated());
                return;
            }
            if (value != null) {
                throw new CommandFailure(
                        "--value " + value + ": the engine has its own; --under shows another");
            }
            console.say(ofEngine(user));
        }

        private String ofGenerated() {
            try {
                return new RankExplainer()
                        .explain(
                                place,
                                value == null ? GENERATED_VALUE : value,
                                Optional.ofNullable(under));
            } catch (RankingException | IllegalArgumentException refused) {
                throw new CommandFailure(String.valueOf(refused.getMessage()));
            }
        }

        private String ofEngine(long id) {
            ObjectNode body = JSON.createObjectNode();
            body.put("user", id).put("limit", limit).put("place", place);
            if (under != null) {
                body.put("value", under);
            }
            URI uri = engine.resolve("/v1/feed/explain");
            JsonNode answer = ask(uri, body.toString());
            if (!answer.has("text")) {
                throw new CommandFailure(uri + ": " + answer.path("detail").asText("no answer"));
            }
            return answer.path("text").asText();
        }

        private static JsonNode ask(URI uri, String body) {
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpRequest request =
                        HttpRequest.newBuilder(uri)
                                .timeout(LIMIT)
                                .POST(HttpRequest.BodyPublishers.ofString(body))
                                .build();
                return JSON.readTree(
                        client.send(request, HttpResponse.BodyHandlers.ofString()).body());
            } catch (IOException | IllegalArgumentException failed) {
                throw new CommandFailure(
                        "no engine answers at " + uri + "; ./mobula demo starts one");
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
                throw new CommandFailure("interrupted while asking " + uri);
            }
        }
    }
}
