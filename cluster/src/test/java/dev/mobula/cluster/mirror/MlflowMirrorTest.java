package dev.mobula.cluster.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.run.RunRecord;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A server that speaks MLflow's interface learns all of a run; one that does not never disturbs it.
final class MlflowMirrorTest {
    private static final JsonMapper JSON = new JsonMapper();

    private record Call(String path, JsonNode body) {}

    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private volatile String broken = "";
    private HttpServer server;
    private URI address;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/2.0/mlflow/", this::answer);
        server.start();
        address = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/api/2.0/mlflow/".length());
        byte[] body = exchange.getRequestBody().readAllBytes();
        calls.add(new Call(path, body.length == 0 ? JSON.nullNode() : JSON.readTree(body)));
        String reply =
                switch (path) {
                    case "experiments/create" -> "{\"experiment_id\": \"7\"}";
                    case "runs/create" -> "{\"run\": {\"info\": {\"run_id\": \"r1\"}}}";
                    default -> "{}";
                };
        int status =
                path.equals(broken)
                        ? 500
                        : path.contains("get-by-name") ? 404 : isNamedWell(body) ? 200 : 400;
        byte[] bytes = reply.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /// The server's own rule.
    private static boolean isNamedWell(byte[] body) throws IOException {
        return body.length == 0
                || JSON.readTree(body).findValuesAsText("key").stream()
                        .allMatch(key -> key.matches("[/\\w.\\- :]+"));
    }

    private static RunRecord record(RunRecord.State state) {
        return new RunRecord(
                "run-1",
                "home",
                "multitask",
                state,
                "",
                "",
                "d0",
                "c0",
                Map.of("train", "f0"),
                Map.of("java", "25"),
                600,
                600,
                .5,
                "",
                Map.of("auc", .8),
                "");
    }

    private void watch(int steps) {
        try (MlflowMirror mirror =
                new MlflowMirror(address, "home", InstantSource.system(), warnings::add)) {
            mirror.began(record(RunRecord.State.RUNNING), 0);
            for (int step = 1; step <= steps; step++) {
                mirror.step(new StepReport(step, 1.0 / step, .1, 1, 64, 0, 1_000), steps, 64);
            }
            mirror.evaluated(steps, Map.of("auc", .75, "ndcg@10", .5));
            mirror.ended(record(RunRecord.State.DONE));
        }
    }

    @Test
    void everyStepAndTheEndArrive() {
        watch(600);
        assertThat(warnings).isEmpty();
        assertThat(calls.stream().map(Call::path).limit(4))
                .containsExactly(
                        "experiments/get-by-name",
                        "experiments/create",
                        "runs/create",
                        "runs/log-batch");
        JsonNode created = calls.get(2).body();
        assertThat(created.path("experiment_id").asText()).isEqualTo("7");
        assertThat(created.path("run_name").asText()).isEqualTo("run-1");
        assertThat(calls.get(3).body().path("params").findValuesAsText("key")).contains("task");
        assertThat(calls.get(3).body().path("tags").findValuesAsText("key")).contains("data train");
        int losses = 0;
        for (Call call : calls) {
            for (JsonNode metric : call.body().path("metrics")) {
                if (metric.path("key").asText().equals("loss")) {
                    losses++;
                    assertThat(metric.path("value").asDouble())
                            .isEqualTo(1.0 / metric.path("step").asInt());
                }
            }
        }
        assertThat(losses).isEqualTo(600);
        assertThat(calls.stream().flatMap(call -> call.body().findValuesAsText("key").stream()))
                .contains("ndcg at 10");
        Call last = calls.getLast();
        assertThat(last.path()).isEqualTo("runs/update");
        assertThat(last.body().path("run_id").asText()).isEqualTo("r1");
        assertThat(last.body().path("status").asText()).isEqualTo("FINISHED");
    }

    @Test
    void aServerThatFailsIsNamedOnceAndTheRunGoesOn() {
        broken = "runs/create";
        watch(50);
        assertThat(warnings).hasSize(1);
        assertThat(warnings.getFirst()).contains(address.toString(), "runs/create answers 500");
    }

    @Test
    void aServerThatIsNotThereIsNamedOnce() {
        server.stop(0);
        watch(50);
        assertThat(warnings).hasSize(1).first().asString().contains(address.toString());
    }
}
