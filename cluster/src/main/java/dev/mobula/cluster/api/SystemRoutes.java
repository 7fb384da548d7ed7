package dev.mobula.cluster.api;

import dev.mobula.actors.feed.FeedStatus;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceStatus;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// The engine about itself: `GET /v1/health`, `/v1/ready`, `/v1/status`, `/metrics`, `/openapi.yaml`.
public final class SystemRoutes {
    private static final int UNREADY = 503;
    private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";
    private static final String OPENAPI = "application/yaml";

    private final Cluster cluster;
    private final Readiness readiness;
    private final Supplier<FeedStatus> feed;
    private final String openApi;

    /// @param feed how pages fare
    public SystemRoutes(Cluster cluster, Readiness readiness, Supplier<FeedStatus> feed) {
        this.cluster = cluster;
        this.feed = feed;
        this.readiness = readiness;
        this.openApi = openApi();
    }

    static String openApi() {
        try (InputStream in = SystemRoutes.class.getResourceAsStream("openapi.yaml")) {
            return new String(
                    Objects.requireNonNull(in, "openapi.yaml").readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new IllegalStateException("openapi.yaml cannot be read from our jar", broken);
        }
    }

    public List<Route> routes() {
        return List.of(
                Route.open("/v1/health", this::health),
                Route.open("/v1/ready", this::ready),
                Route.get("/v1/status", Scope.ADMIN, this::status),
                Route.open("/openapi.yaml", exchange -> Answer.text(OPENAPI, openApi)),
                Route.get(
                        "/metrics",
                        Scope.ADMIN,
                        exchange -> Answer.text(METRICS, cluster.metrics())));
    }

    private record Health(String status, int services) {}

    private Answer health(Exchange exchange) {
        return Answer.ok(new Health("up", cluster.services().size()));
    }

    private record Ready(boolean ready, List<Readiness.Trouble> troubles) {}

    private Answer ready(Exchange exchange) {
        List<Readiness.Trouble> troubles = readiness.troubles();
        return new Answer.Json(
                troubles.isEmpty() ? 200 : UNREADY, new Ready(troubles.isEmpty(), troubles));
    }

    /// How pages and services fare.
    private record Status(FeedStatus feed, List<ServiceStatus> services) {}

    private Answer status(Exchange exchange) {
        return Answer.ok(new Status(feed.get(), cluster.services()));
    }
}
