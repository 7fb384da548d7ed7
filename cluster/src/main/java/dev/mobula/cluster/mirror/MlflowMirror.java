package dev.mobula.cluster.mirror;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.run.RunRecord;
import dev.mobula.training.run.RunWatcher;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Tells an MLflow server what a run does: parameters, metrics by step, lineage as tags, how it ended.
///
/// The run never waits for the server and never fails by it: what the server does not take is dropped, and the first
/// failure is said once. A thread sends; [#close] waits for it a while.
public final class MlflowMirror implements RunWatcher, AutoCloseable {
    private static final String API = "/api/2.0/mlflow/";
    private static final Duration REQUEST_LIMIT = Duration.ofSeconds(10);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(20);
    private static final int QUEUE_MAX = 1_024;
    private static final int BATCH_METRICS = 200;
    private static final int VALUE_CHARS_MAX = 500;
    private static final int REASON_CHARS_MAX = 200;
    private static final JsonMapper JSON = new JsonMapper();

    private final URI server;
    private final String experiment;
    private final InstantSource clock;
    private final Consumer<String> warnings;
    private final HttpClient client = HttpClient.newBuilder().connectTimeout(REQUEST_LIMIT).build();
    private final BlockingQueue<Message> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Thread sender;
    private List<Map<String, Object>> metrics = new ArrayList<>();
    private @Nullable String runId;
    private boolean failed;
    private long dropped;

    /// What the thread does next.
    private sealed interface Message {
        record Begin(RunRecord record, int afterStep) implements Message {}

        record Metrics(List<Map<String, Object>> metrics) implements Message {}

        record End(RunRecord record) implements Message {}

        record Stop() implements Message {}
    }

    /// @param warnings is told of the first failure
    public MlflowMirror(
            URI server, String experiment, InstantSource clock, Consumer<String> warnings) {
        this.server = server;
        this.experiment = experiment;
        this.clock = clock;
        this.warnings = warnings;
        this.sender = Thread.ofVirtual().name("mlflow-mirror").start(this::send);
    }

    private void offer(Message message) {
        if (!queue.offer(message)) {
            dropped++;
        }
    }

    @Override
    public void began(RunRecord record, int afterStep) {
        offer(new Message.Begin(record, afterStep));
    }

    @Override
    public void step(StepReport report, int stepsWanted, int batchRows) {
        if (report.step() % stride(report.step()) == 0) {
            metric("loss", report.loss(), report.step());
            metric("gradient norm", report.gradientNorm(), report.step());
            metric(
                    "rows per second",
                    report.rows() * 1e9 / Math.max(1, report.nanos()),
                    report.step());
        }
    }

    /// Every step of the first thousand, then ever fewer: the server keeps each in a row of its database.
    private static int stride(int step) {
        return Math.max(1, Integer.highestOneBit(step) >> 9);
    }

    @Override
    public void evaluated(int step, Map<String, Double> found) {
        found.forEach((name, value) -> metric(name, value, step));
        flush();
    }

    private void metric(String key, double value, int step) {
        if (Double.isFinite(value)) {
            metrics.add(
                    Map.of(
                            "key",
                            name(key),
                            "value",
                            value,
                            "timestamp",
                            clock.millis(),
                            "step",
                            step));
        }
        if (metrics.size() >= BATCH_METRICS) {
            flush();
        }
    }

    private void flush() {
        if (!metrics.isEmpty()) {
            offer(new Message.Metrics(metrics));
            metrics = new ArrayList<>();
        }
    }

    @Override
    public void ended(RunRecord record) {
        record.metrics()
                .forEach((name, value) -> metric("final " + name, value, record.stepsDone()));
        flush();
        offer(new Message.End(record));
    }

    private void send() {
        try {
            for (Message next = queue.take();
                    !(next instanceof Message.Stop);
                    next = queue.take()) {
                if (!failed) {
                    handle(next);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void handle(Message message) throws InterruptedException {
        try {
            switch (message) {
                case Message.Begin(RunRecord record, int _) -> begin(record);
                case Message.Metrics(List<Map<String, Object>> values) ->
                        post("runs/log-batch", Map.of("run_id", id(), "metrics", values));
                case Message.End(RunRecord record) ->
                        post(
                                "runs/update",
                                Map.of(
                                        "run_id",
                                        id(),
                                        "status",
                                        status(record),
                                        "end_time",
                                        clock.millis()));
                case Message.Stop _ -> {}
            }
        } catch (IOException e) {
            failed = true;
            warnings.accept(server + " is not told any more about this run: " + e.getMessage());
        }
    }

    private String id() throws IOException {
        if (runId == null) {
            throw new IOException("the run was not created there");
        }
        return runId;
    }

    private static String status(RunRecord record) {
        return switch (record.state()) {
            case DONE -> "FINISHED";
            case FAILED -> "FAILED";
            case STOPPED -> "KILLED";
            case RUNNING -> "RUNNING";
        };
    }

    private void begin(RunRecord record) throws IOException, InterruptedException {
        JsonNode run =
                post(
                        "runs/create",
                        Map.of(
                                "experiment_id",
                                experimentId(),
                                "run_name",
                                record.id(),
                                "start_time",
                                clock.millis()));
        runId = run.path("run").path("info").path("run_id").asText();
        List<Map<String, Object>> params = new ArrayList<>();
        params.add(pair("task", record.recipe()));
        params.add(pair("steps", Integer.toString(record.stepsWanted())));
        params.add(pair("description", record.description()));
        List<Map<String, Object>> tags = new ArrayList<>();
        tags.add(pair("code", record.code()));
        new TreeMap<>(record.data())
                .forEach((name, print) -> tags.add(pair("data " + name, print)));
        new TreeMap<>(record.environment()).forEach((name, value) -> tags.add(pair(name, value)));
        post("runs/log-batch", Map.of("run_id", id(), "params", params, "tags", tags));
    }

    /// As the server takes it: of all signs only a few.
    private static String name(String ours) {
        return ours.replace("@", " at ").replaceAll("[^\\w\\-. :/]", "_");
    }

    private static Map<String, Object> pair(String key, String value) {
        return Map.of(
                "key",
                name(key),
                "value",
                value.substring(0, Math.min(value.length(), VALUE_CHARS_MAX)));
    }

    private String experimentId() throws IOException, InterruptedException {
        HttpResponse<String> found =
                exchange(
                        request(
                                        "experiments/get-by-name?experiment_name="
                                                + URLEncoder.encode(
                                                        experiment, StandardCharsets.UTF_8))
                                .GET());
        if (found.statusCode() == 200) {
            return parse(found).path("experiment").path("experiment_id").asText();
        }
        return post("experiments/create", Map.of("name", experiment))
                .path("experiment_id")
                .asText();
    }

    private JsonNode post(String path, Map<String, Object> body)
            throws IOException, InterruptedException {
        HttpResponse<String> response =
                exchange(
                        request(path)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(json(body))));
        if (response.statusCode() != 200) {
            String reason = response.body();
            throw new IOException(
                    path
                            + " answers "
                            + response.statusCode()
                            + ": "
                            + reason.substring(0, Math.min(reason.length(), REASON_CHARS_MAX)));
        }
        return parse(response);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(server + API + path)).timeout(REQUEST_LIMIT);
    }

    private HttpResponse<String> exchange(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static JsonNode parse(HttpResponse<String> response) throws IOException {
        return JSON.readTree(response.body());
    }

    private static String json(Object body) {
        try {
            return JSON.writeValueAsString(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps and numbers have JSON", e);
        }
    }

    @Override
    public void close() {
        flush();
        offer(new Message.Stop());
        try {
            if (!sender.join(CLOSE_LIMIT)) {
                sender.interrupt();
                warnings.accept(server + " did not take all of this run in time");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (dropped > 0) {
            warnings.accept(server + " was too slow: " + dropped + " messages were dropped");
        }
        client.close();
    }
}
