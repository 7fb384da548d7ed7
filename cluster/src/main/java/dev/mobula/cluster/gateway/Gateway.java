package dev.mobula.cluster.gateway;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.cluster.gateway.Access.Denied;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The HTTP face of an engine: routes, each behind its scope, with errors that name field and value.
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration IDLE_CONNECTION = Duration.ofMinutes(5);
    private static final Duration GRACE = Duration.ofSeconds(5);
    private static final String JSON = "application/json";

    private final JsonForm json = new JsonForm();
    private final Access access;
    private final List<Route> routes;
    private final WebServer server;

    private Gateway(GatewayOptions options, List<Route> routes, Access access) throws IOException {
        this.access = access;
        this.routes = distinct(routes);
        WebServerConfig.Builder builder =
                WebServer.builder()
                        .address(options.bindAddress())
                        .port(options.port())
                        .maxPayloadSize(options.bodyBytesMax())
                        .maxConcurrentRequests(options.requestsMax())
                        .maxTcpConnections(options.connectionsMax())
                        .idleConnectionTimeout(IDLE_CONNECTION)
                        .shutdownGracePeriod(GRACE)
                        .shutdownHook(false)
                        .routing(this::route);
        if (options.tls().isPresent()) {
            SSLContext context = options.tls().get().load();
            builder.tls(tls -> tls.sslContext(context));
        }
        server = builder.build();
    }

    private static List<Route> distinct(List<Route> routes) {
        Set<String> places = new HashSet<>();
        for (Route route : routes) {
            if (!places.add(route.method() + " " + route.path())) {
                throw new IllegalArgumentException(
                        "route=" + route.method() + " " + route.path() + " is there twice");
            }
        }
        return List.copyOf(routes);
    }

    /// Starts to listen.
    public static Gateway start(GatewayOptions options, List<Route> routes, LongSupplier nanoTime)
            throws IOException {
        Access access =
                options.keys().isPresent()
                        ? KeyRing.open(options.keys().get(), nanoTime)
                        : Access.OPEN;
        Gateway gateway = new Gateway(options, routes, access);
        gateway.server.start();
        return gateway;
    }

    /// Where it listens.
    public int port() {
        return server.port();
    }

    /// What it answers.
    public List<Route> routes() {
        return routes;
    }

    private void route(HttpRouting.Builder routing) {
        for (Route route : routes) {
            routing.route(
                    io.helidon.http.Method.create(route.method().name()),
                    route.path(),
                    (request, response) -> answer(route, request, response));
        }
        routing.any(
                (request, response) ->
                        send(
                                response,
                                Problem.of(
                                        "there is no such operation",
                                        Status.NOT_FOUND_404.code(),
                                        request.prologue().method()
                                                + " "
                                                + request.path().path()
                                                + " is not an operation",
                                        "GET /openapi.yaml lists them")));
        routing.error(RequestProblem.class, (request, response, bad) -> refuse(response, bad))
                .error(Denied.class, (request, response, denied) -> deny(response, denied))
                .error(
                        IllegalArgumentException.class,
                        (request, response, bad) -> refuse(response, bad))
                .error(CallException.class, (request, response, failed) -> fail(response, failed))
                .error(
                        CompletionException.class,
                        (request, response, failed) -> unwrap(response, failed))
                .error(
                        RuntimeException.class,
                        (request, response, failed) -> crash(request, response, failed));
    }

    private void answer(Route route, ServerRequest request, ServerResponse response) {
        Caller caller =
                route.scope()
                        .map(
                                scope ->
                                        access.admit(
                                                request.headers().first(HeaderNames.AUTHORIZATION),
                                                scope))
                        .orElse(Caller.ANYONE);
        switch (route.handler().handle(new HttpExchange(caller, request))) {
            case Answer.Json(int status, Object body) ->
                    send(response, Status.create(status), JSON, json.write(body));
            case Answer.Bytes(int status, String type, byte[] body) ->
                    send(response, Status.create(status), type, body);
            case Answer.Empty() -> response.status(Status.NO_CONTENT_204).send();
        }
    }

    private final class HttpExchange implements Exchange {
        private final Caller caller;
        private final ServerRequest request;

        HttpExchange(Caller caller, ServerRequest request) {
            this.caller = caller;
            this.request = request;
        }

        @Override
        public Caller caller() {
            return caller;
        }

        @Override
        public <T> T body(Class<T> form) {
            if (!request.content().hasEntity()) {
                throw RequestProblem.missing("body", "it must be JSON");
            }
            try {
                return json.read(request.content().inputStream(), form);
            } catch (IOException broken) {
                throw new RequestProblem("body", "…", "ended early: " + broken.getMessage());
            }
        }

        @Override
        public byte[] bytes() {
            if (!request.content().hasEntity()) {
                throw RequestProblem.missing("body", "it must not be empty");
            }
            try (InputStream in = request.content().inputStream()) {
                return in.readAllBytes();
            } catch (IOException broken) {
                throw new RequestProblem("body", "…", "ended early: " + broken.getMessage());
            }
        }

        @Override
        public String mediaType() {
            return request.headers()
                    .first(HeaderNames.CONTENT_TYPE)
                    .map(type -> type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT))
                    .orElse("");
        }

        @Override
        public <T> T part(JsonNode tree, Class<T> form) {
            return json.read(tree, form);
        }

        @Override
        public String pathText(String name) {
            return request.path().pathParameters().get(name);
        }

        @Override
        public long pathId(String name) {
            return Exchange.number(name, request.path().pathParameters().get(name));
        }

        @Override
        public Optional<String> query(String name) {
            return request.query().first(name).asOptional();
        }
    }

    private void refuse(ServerResponse response, RuntimeException bad) {
        Problem problem =
                bad instanceof RequestProblem named
                        ? new Problem(
                                "about:blank",
                                named.status() == Status.NOT_FOUND_404.code()
                                        ? "there is no such thing"
                                        : "the request cannot be taken",
                                named.status(),
                                String.valueOf(named.getMessage()),
                                named.field(),
                                named.value(),
                                "GET /openapi.yaml describes every field")
                        : Problem.of(
                                "the request cannot be taken",
                                Status.BAD_REQUEST_400.code(),
                                String.valueOf(bad.getMessage()),
                                "GET /openapi.yaml describes every field");
        send(response, problem);
    }

    private void deny(ServerResponse response, Denied denied) {
        String detail = String.valueOf(denied.getMessage());
        switch (denied.why()) {
            case UNKNOWN -> {
                response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
                send(
                        response,
                        Problem.of(
                                "who calls is not known",
                                Status.UNAUTHORIZED_401.code(),
                                detail,
                                "./mobula keys add makes a key"));
            }
            case FORBIDDEN ->
                    send(
                            response,
                            Problem.of(
                                    "the key does not allow this",
                                    Status.FORBIDDEN_403.code(),
                                    detail,
                                    "./mobula keys add --scopes gives a key its scopes"));
            case TOO_OFTEN -> {
                retryAfter(response, denied.retryAfter());
                send(
                        response,
                        Problem.of(
                                "too many requests",
                                Status.TOO_MANY_REQUESTS_429.code(),
                                detail,
                                "wait as long as Retry-After says"));
            }
        }
    }

    private static void retryAfter(ServerResponse response, Duration wait) {
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        response.header(HeaderNames.RETRY_AFTER, Long.toString(seconds));
    }

    private void unwrap(ServerResponse response, CompletionException failed) {
        switch (failed.getCause()) {
            case CallException call -> fail(response, call);
            case RequestProblem bad -> refuse(response, bad);
            case IllegalArgumentException bad -> refuse(response, bad);
            case null, default -> throw failed;
        }
    }

    private void fail(ServerResponse response, CallException failed) {
        String detail = String.valueOf(failed.getMessage());
        Problem problem =
                switch (failed.failure()) {
                    case REFUSED -> Problem.of("refused", 422, detail, null);
                    case OVERLOADED -> {
                        retryAfter(response, Duration.ofSeconds(1));
                        yield Problem.of("overloaded", 429, detail, "try again after a moment");
                    }
                    case UNAVAILABLE ->
                            Problem.of(
                                    "unavailable", 503, detail, "GET /v1/ready says what is away");
                    case TIMEOUT -> Problem.of("timeout", 504, detail, "try again after a moment");
                    case APPLICATION ->
                            Problem.of(
                                    failed.failure().name().toLowerCase(Locale.ROOT),
                                    500,
                                    detail,
                                    "the log of the service tells more");
                };
        send(response, problem);
    }

    private void crash(ServerRequest request, ServerResponse response, RuntimeException failed) {
        LOG.error("{} {}", request.prologue().method(), request.path().path(), failed);
        send(
                response,
                Problem.of(
                        "internal error",
                        Status.INTERNAL_SERVER_ERROR_500.code(),
                        "the request met a fault of the engine: " + failed.getClass().getName(),
                        "the log tells more"));
    }

    private void send(ServerResponse response, Problem problem) {
        send(response, Status.create(problem.status()), Problem.CONTENT_TYPE, json.write(problem));
    }

    private static void send(ServerResponse response, Status status, String type, byte[] body) {
        response.status(status).header(HeaderNames.CONTENT_TYPE, type).send(body);
    }

    @Override
    public void close() {
        server.stop();
    }
}
