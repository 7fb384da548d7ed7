package dev.mobula.cluster.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class GatewayTest {
    private static final String FEED = "mobula_feed";
    private static final String ADMIN = "mobula_admin";
    private static final int BODY_BYTES_MAX = 4_096;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicLong nanos = new AtomicLong();

    @TempDir private Path folder;

    record Greeting(String name, int times) {
        Greeting {
            if (times < 1) {
                throw new IllegalArgumentException("times=" + times + " is below 1");
            }
        }
    }

    private static Answer greet(Exchange exchange) {
        Greeting greeting = exchange.body(Greeting.class);
        return Answer.ok(exchange.caller().name() + " greets " + greeting.name());
    }

    private static Answer fail(Exchange exchange) {
        String how = exchange.query("how").orElse("");
        throw switch (how) {
            case "crash" -> new IllegalStateException("a secret of the engine");
            case "async" ->
                    new CompletionException(new CallException(Failure.TIMEOUT, "items-0 is late"));
            default -> new CallException(Failure.valueOf(how), "items-0 says " + how);
        };
    }

    private static List<Route> routes() {
        return List.of(
                Route.post("/greet", Scope.FEED, GatewayTest::greet),
                Route.get("/things/{thing}", Scope.FEED, e -> Answer.ok(e.pathId("thing"))),
                Route.get("/fail", Scope.ADMIN, GatewayTest::fail),
                Route.delete("/things/{thing}", Scope.WRITE, e -> Answer.done()),
                Route.open("/alive", e -> Answer.text("text/plain", "yes")));
    }

    private Gateway open(GatewayOptions options) throws IOException {
        return Gateway.start(options.withBodyBytesMax(BODY_BYTES_MAX), routes(), nanos::get);
    }

    private Gateway open() throws IOException {
        return open(GatewayOptions.onLoopback(0));
    }

    private KeyFile keys() throws IOException {
        KeyFile file = new KeyFile(folder.resolve("keys.json"));
        file.write(
                List.of(
                        new Key("feeds", Key.hash(FEED), Set.of(Scope.FEED), 2),
                        new Key("boss", Key.hash(ADMIN), Set.of(Scope.ADMIN, Scope.FEED), 1_000)));
        return file;
    }

    private HttpResponse<String> send(Gateway gateway, HttpRequest.Builder request, String path)
            throws Exception {
        return client.send(
                request.uri(URI.create("http://127.0.0.1:" + gateway.port() + path))
                        .timeout(Duration.ofSeconds(60))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> post(Gateway gateway, String path, String body) throws Exception {
        return send(
                gateway,
                HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(body)),
                path);
    }

    private HttpResponse<String> get(Gateway gateway, String path, String secret) throws Exception {
        return send(
                gateway,
                HttpRequest.newBuilder().header("Authorization", "Bearer " + secret),
                path);
    }

    private JsonNode problem(HttpResponse<String> response, int status) throws Exception {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type"))
                .contains("application/problem+json");
        JsonNode problem = json.readTree(response.body());
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        return problem;
    }

    private void assertProblem(HttpResponse<String> response, String field, String value)
            throws Exception {
        JsonNode problem = problem(response, 400);
        assertThat(problem.path("field").asText()).as(problem.toString()).isEqualTo(field);
        assertThat(problem.path("value").asText()).as(problem.toString()).isEqualTo(value);
    }

    @Test
    void badBodiesNameTheFieldAndTheValue() throws Exception {
        try (Gateway gateway = open()) {
            assertThat(post(gateway, "/greet", "{\"name\": \"you\", \"times\": 1}").body())
                    .isEqualTo("\"anyone greets you\"");
            assertProblem(
                    post(gateway, "/greet", "{\"name\": \"you\", \"times\": 0}"), "times", "0");
            assertProblem(post(gateway, "/greet", "{\"times\": \"x\"}"), "times", "x");
            assertProblem(post(gateway, "/greet", "{\"times\": 1.5}"), "times", "1.5");
            assertProblem(post(gateway, "/greet", "{\"colour\": 1, \"times\": 1}"), "colour", "…");
            assertProblem(post(gateway, "/greet", "{\"name\": \"you\"}"), "times", "");
            assertProblem(post(gateway, "/greet", "{\"times\": 1, \"times\": 2}"), "body", "…");
            assertProblem(post(gateway, "/greet", "{\"times\": 1"), "body", "…");
            assertProblem(post(gateway, "/greet", "[".repeat(2_000)), "body", "…");
            assertProblem(post(gateway, "/greet", "null"), "body", "null");
            assertProblem(post(gateway, "/greet", ""), "body", "");
            assertProblem(get(gateway, "/things/x7", ""), "thing", "x7");
        }
    }

    @Test
    void aBodyOverTheLimitIsRefused() throws Exception {
        try (Gateway gateway = open()) {
            String large = "{\"name\": \"" + "x".repeat(2 * BODY_BYTES_MAX) + "\"}";
            try {
                assertThat(post(gateway, "/greet", large).statusCode()).isEqualTo(413);
            } catch (IOException closed) {
                // The connection may be closed before the client has read the answer.
                assertThat(closed).isNotNull();
            }
            assertThat(post(gateway, "/greet", "{\"name\": \"y\", \"times\": 1}").statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void anUnknownOperationIsNotFound() throws Exception {
        try (Gateway gateway = open()) {
            assertThat(problem(get(gateway, "/nothing", ""), 404).get("detail").asText())
                    .contains("GET /nothing");
            problem(post(gateway, "/alive", "{}"), 404);
        }
    }

    @Test
    void failuresOfServicesHaveTheirStatus() throws Exception {
        try (Gateway gateway = open()) {
            problem(get(gateway, "/fail?how=REFUSED", ""), 422);
            problem(get(gateway, "/fail?how=UNAVAILABLE", ""), 503);
            problem(get(gateway, "/fail?how=TIMEOUT", ""), 504);
            problem(get(gateway, "/fail?how=APPLICATION", ""), 500);
            problem(get(gateway, "/fail?how=async", ""), 504);
            HttpResponse<String> overloaded = get(gateway, "/fail?how=OVERLOADED", "");
            problem(overloaded, 429);
            assertThat(overloaded.headers().firstValue("retry-after")).contains("1");
        }
    }

    @Test
    void aFaultOfTheEngineTellsNothingOfItsInside() throws Exception {
        try (Gateway gateway = open()) {
            HttpResponse<String> crashed = get(gateway, "/fail?how=crash", "");
            problem(crashed, 500);
            assertThat(crashed.body()).doesNotContain("secret");
        }
    }

    @Test
    void aKeyOpensItsScopesAndNoOther() throws Exception {
        try (Gateway gateway = open(GatewayOptions.onLoopback(0).withKeys(keys()))) {
            assertThat(send(gateway, HttpRequest.newBuilder(), "/alive").statusCode())
                    .isEqualTo(200);
            problem(send(gateway, HttpRequest.newBuilder(), "/things/1"), 401);
            problem(get(gateway, "/things/1", "mobula_wrong"), 401);
            problem(
                    send(
                            gateway,
                            HttpRequest.newBuilder().header("Authorization", "Basic " + FEED),
                            "/things/1"),
                    401);
            assertThat(get(gateway, "/things/1", FEED).body()).isEqualTo("1");
            assertThat(problem(get(gateway, "/fail?how=REFUSED", FEED), 403).get("detail").asText())
                    .contains("feeds", "admin");
            problem(get(gateway, "/fail?how=REFUSED", ADMIN), 422);
        }
    }

    @Test
    void whoeverCallsTooOftenWaits() throws Exception {
        try (Gateway gateway = open(GatewayOptions.onLoopback(0).withKeys(keys()))) {
            assertThat(get(gateway, "/things/1", FEED).statusCode()).isEqualTo(200);
            assertThat(get(gateway, "/things/1", FEED).statusCode()).isEqualTo(200);
            HttpResponse<String> refused = get(gateway, "/things/1", FEED);
            problem(refused, 429);
            assertThat(refused.headers().firstValue("retry-after")).contains("1");
            assertThat(get(gateway, "/things/1", ADMIN).statusCode()).isEqualTo(200);
            nanos.addAndGet(500_000_000);
            assertThat(get(gateway, "/things/1", FEED).statusCode()).isEqualTo(200);
            problem(get(gateway, "/things/1", FEED), 429);
        }
    }

    @Test
    void aWithdrawnKeyCountsNoMoreAndABrokenFileChangesNothing() throws Exception {
        KeyFile file = keys();
        try (Gateway gateway = open(GatewayOptions.onLoopback(0).withKeys(file))) {
            assertThat(get(gateway, "/things/1", ADMIN).statusCode()).isEqualTo(200);
            Files.writeString(file.path(), "[{");
            nanos.addAndGet(2_000_000_000L);
            assertThat(get(gateway, "/things/1", ADMIN).statusCode()).isEqualTo(200);
            file.write(List.of(new Key("feeds", Key.hash(FEED), Set.of(Scope.FEED), 2)));
            nanos.addAndGet(2_000_000_000L);
            problem(get(gateway, "/things/1", ADMIN), 401);
        }
    }

    @Test
    void withoutKeysNoOtherMachineIsServed() {
        assertThatThrownBy(() -> GatewayOptions.onLoopback(0).withHost("0.0.0.0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host=0.0.0.0")
                .hasMessageContaining("keys");
    }

    @Test
    void secretsAreRandomAndOnlyTheirHashesAreKept() throws Exception {
        SecureRandom random = new SecureRandom();
        String secret = Key.newSecret(random);
        assertThat(secret).startsWith(Key.PREFIX).isNotEqualTo(Key.newSecret(random));
        KeyFile file = new KeyFile(folder.resolve("own.json"));
        file.write(List.of(new Key("a", Key.hash(secret), Set.of(Scope.FEED), 5)));
        assertThat(Files.readString(file.path())).doesNotContain(secret);
        assertThat(Files.getPosixFilePermissions(file.path())).hasSize(2);
        assertThat(file.read().getFirst().scopes()).containsExactly(Scope.FEED);
    }

    @Test
    void brokenKeyFilesAreRefusedWithTheReason() throws Exception {
        assertKeysRefused("{}", "not a file of keys");
        assertKeysRefused("[]", "no key");
        assertKeysRefused("[{\"name\": \"a\", \"scopes\": [\"feed\"]}]", "sha256");
        String hash = Key.hash("x");
        assertKeysRefused(
                "[{\"name\": \"a\", \"sha256\": \"" + hash + "\", \"scopes\": [\"fly\"]}]",
                "scope=fly");
        String good = "{\"name\": \"a\", \"sha256\": \"" + hash + "\", \"scopes\": [\"feed\"]}";
        assertKeysRefused("[" + good + ", " + good + "]", "twice");
    }

    private void assertKeysRefused(String text, String reason) throws IOException {
        Path file = Files.writeString(folder.resolve("bad.json"), text);
        assertThatThrownBy(() -> KeyRing.open(new KeyFile(file), nanos::get))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
    }
}
