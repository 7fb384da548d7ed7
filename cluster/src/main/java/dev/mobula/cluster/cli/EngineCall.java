package dev.mobula.cluster.cli;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// A running engine that a command asks over HTTP: where it is and with which key.
final class EngineCall {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int OK = 200;
    private static final int OK_LAST = 299;

    @Option(
            names = "--url",
            paramLabel = "URL",
            required = true,
            description = "The engine's gateway, http://127.0.0.1:8080 for example.")
    private URI url = URI.create("");

    @Option(
            names = "--key",
            paramLabel = "KEY",
            description = "A key with the scope admin, when the gateway asks for keys.")
    private @Nullable String key;

    /// Filled by the command line.
    EngineCall() {}

    EngineCall(URI url, @Nullable String key) {
        this.url = url;
        this.key = key;
    }

    /// The body of an answer; everything else is a failure with the engine's own words.
    String get(String path, String... query) {
        StringBuilder place = new StringBuilder(path);
        for (int i = 0; i + 1 < query.length; i += 2) {
            place.append(i == 0 ? '?' : '&')
                    .append(query[i])
                    .append('=')
                    .append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
        }
        return send("GET", place.toString(), "");
    }

    String send(String method, String path, String body) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(place(path))
                        .timeout(LIMIT)
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() < OK || answer.statusCode() > OK_LAST) {
                throw new CommandFailure(
                        method + " " + path + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body();
        } catch (IOException away) {
            throw new CommandFailure("--url " + url + ": does not answer: " + away.getMessage());
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new CommandFailure("interrupted");
        }
    }

    private URI place(String path) {
        try {
            URI place = url.resolve(path);
            if (place.getHost() == null) {
                throw new CommandFailure("--url " + url + ": must be http://HOST:PORT");
            }
            return place;
        } catch (IllegalArgumentException bad) {
            throw new CommandFailure("--url " + url + ": " + bad.getMessage());
        }
    }
}
