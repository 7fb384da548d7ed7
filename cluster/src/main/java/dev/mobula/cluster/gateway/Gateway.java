package dev.mobula.cluster.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedExplanation;
import dev.mobula.actors.feed.FeedPage;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.ranking.explain.Counterfactual;
import dev.mobula.ranking.explain.Explanation;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The HTTP face of an engine: `POST /v1/feed`, `POST /v1/feed/explain`, `GET /v1/health`,
/// `GET /metrics`.
///
/// It listens on loopback alone. An error is a problem document that names the field and the
/// value.
public final class Gateway implements AutoCloseable {
    private static final int BODY_BYTES_MAX = 1 << 20;
    private static final int REQUESTS_MAX = 1_024;
    private static final String JSON = "application/json";
    private static final String PROBLEM = "application/problem+json";

    private static final Status UNPROCESSABLE = Status.create(422);

    private final ObjectMapper json =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private final Feed feed;
    private final Cluster cluster;
    private final WebServer server;

    private Gateway(Feed feed, Cluster cluster, int port) {
        this.feed = feed;
        this.cluster = cluster;
        server =
                WebServer.builder()
                        .address(InetAddress.getLoopbackAddress())
                        .port(port)
                        .maxPayloadSize(BODY_BYTES_MAX)
                        .maxConcurrentRequests(REQUESTS_MAX)
                        .shutdownHook(false)
                        .routing(this::routes)
                        .build();
    }

    /// Starts to listen; port 0 takes a free one.
    public static Gateway start(Feed feed, Cluster cluster, int port) {
        Gateway gateway = new Gateway(feed, cluster, port);
        gateway.server.start();
        return gateway;
    }

    /// Where it listens.
    public int port() {
        return server.port();
    }

    private void routes(HttpRouting.Builder routing) {
        routing.post("/v1/feed", this::feed)
                .post("/v1/feed/explain", this::explain)
                .get("/v1/health", this::health)
                .get("/metrics", this::metrics)
                .error(JsonProcessingException.class, this::badJson)
                .error(IllegalArgumentException.class, this::badValue)
                .error(CallException.class, this::failed);
    }

    private void feed(ServerRequest request, ServerResponse response) throws IOException {
        FeedBody body = json.readValue(request.content().inputStream(), FeedBody.class);
        send(response, Status.OK_200, JSON, feed.page(body.toRequest()));
    }

    private void explain(ServerRequest request, ServerResponse response) throws IOException {
        ExplainBody body = json.readValue(request.content().inputStream(), ExplainBody.class);
        FeedExplanation told =
                feed.explain(
                        body.toRequest(), body.placeOrFirst(), Optional.ofNullable(body.value()));
        send(response, Status.OK_200, JSON, Told.of(told));
    }

    /// @param text the story of the place, and the page under the other values, for people
    private record Told(
            FeedPage page,
            Explanation place,
            @Nullable Counterfactual counterfactual,
            String text) {
        static Told of(FeedExplanation it) {
            String other = it.counterfactual().map(Counterfactual::text).orElse("");
            return new Told(
                    it.page(),
                    it.place(),
                    it.counterfactual().orElse(null),
                    it.place().text() + other);
        }
    }

    private void health(ServerRequest request, ServerResponse response) {
        send(response, Status.OK_200, JSON, new Health("up", cluster.services().size()));
    }

    private record Health(String status, int services) {}

    private void metrics(ServerRequest request, ServerResponse response) {
        response.header(HeaderNames.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8");
        response.send(cluster.metrics());
    }

    private void badJson(
            ServerRequest request, ServerResponse response, JsonProcessingException bad) {
        String detail = bad.getOriginalMessage();
        if (bad instanceof ValueInstantiationException refused && refused.getCause() != null) {
            detail = String.valueOf(refused.getCause().getMessage());
        } else if (bad instanceof UnrecognizedPropertyException unknown) {
            detail =
                    "field \""
                            + unknown.getPropertyName()
                            + "\" is unknown; known are "
                            + unknown.getKnownPropertyIds();
        } else if (bad instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()) {
            detail = "field \"" + path(mapping) + "\": " + detail;
        }
        problem(response, Status.BAD_REQUEST_400, "the request cannot be read", detail);
    }

    private static String path(JsonMappingException mapping) {
        return mapping.getPath().stream()
                .map(
                        step ->
                                step.getFieldName() == null
                                        ? Integer.toString(step.getIndex())
                                        : step.getFieldName())
                .collect(Collectors.joining("."));
    }

    private void badValue(
            ServerRequest request, ServerResponse response, IllegalArgumentException bad) {
        problem(
                response,
                Status.BAD_REQUEST_400,
                "the request has a value out of range",
                String.valueOf(bad.getMessage()));
    }

    private void failed(ServerRequest request, ServerResponse response, CallException failed) {
        Status status =
                switch (failed.failure()) {
                    case REFUSED -> UNPROCESSABLE;
                    case OVERLOADED -> Status.TOO_MANY_REQUESTS_429;
                    case UNAVAILABLE -> Status.SERVICE_UNAVAILABLE_503;
                    case TIMEOUT -> Status.GATEWAY_TIMEOUT_504;
                    case APPLICATION -> Status.INTERNAL_SERVER_ERROR_500;
                };
        problem(
                response,
                status,
                failed.failure().name().toLowerCase(Locale.ROOT),
                String.valueOf(failed.getMessage()));
    }

    private void problem(ServerResponse response, Status status, String title, String detail) {
        send(response, status, PROBLEM, new Problem("about:blank", title, status.code(), detail));
    }

    private record Problem(String type, String title, int status, String detail) {}

    private void send(ServerResponse response, Status status, String type, Object body) {
        byte[] text;
        try {
            text = json.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("an answer of ours has no JSON form", impossible);
        }
        response.status(status).header(HeaderNames.CONTENT_TYPE, type).send(text);
    }

    @Override
    public void close() {
        server.stop();
    }
}
