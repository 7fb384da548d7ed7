package dev.mobula.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.UserWrite;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Users and whom they follow, block and mute, and what they want gone: below `/v1/users/{id}`, and `PUT /v1/edges` for many.
public final class UserRoutes {
    private static final Map<String, EdgeKind> EDGES =
            Map.of(
                    "follows", EdgeKind.FOLLOW,
                    "blocks", EdgeKind.BLOCK,
                    "mutes", EdgeKind.MUTE,
                    "hidden", EdgeKind.HIDE);

    private final UserShards users;
    private final InstantSource clock;

    public UserRoutes(UserShards users, InstantSource clock) {
        this.users = users;
        this.clock = clock;
    }

    public List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        EDGES.forEach(
                (name, kind) -> {
                    String end = kind.endsAtItem() ? "item" : "other";
                    String path = "/v1/users/{id}/" + name + "/{" + end + "}";
                    routes.add(Route.put(path, Scope.WRITE, exchange -> draw(exchange, kind, end)));
                    routes.add(
                            Route.delete(
                                    path, Scope.WRITE, exchange -> erase(exchange, kind, end)));
                });
        routes.add(Route.put("/v1/edges", Scope.WRITE, this::drawMany));
        routes.add(Route.delete("/v1/users/{id}", Scope.WRITE, this::forget));
        return routes;
    }

    private Answer draw(Exchange exchange, EdgeKind kind, String end) {
        users.write(
                        List.of(
                                edge(
                                        exchange.pathId("id"),
                                        kind,
                                        end,
                                        exchange.pathId(end),
                                        clock.millis())))
                .join();
        return Answer.done();
    }

    private Answer erase(Exchange exchange, EdgeKind kind, String end) {
        users.write(
                        List.of(
                                new UserWrite.Disconnect(
                                        exchange.pathId("id"), kind, exchange.pathId(end))))
                .join();
        return Answer.done();
    }

    private static UserWrite edge(long user, EdgeKind kind, String end, long target, long since) {
        if (!kind.endsAtItem() && user == target) {
            throw new RequestProblem(end, target, "is the user itself");
        }
        return new UserWrite.Connect(user, kind, target, since);
    }

    private record EdgesBody(@Nullable List<JsonNode> edges) {}

    private record EdgeForm(
            @Nullable Long user,
            @Nullable String kind,
            @Nullable Long target,
            @Nullable Long since) {
        UserWrite edge(long nowMillis) {
            if (user == null) {
                throw RequestProblem.missing("user", "it must be a user's id");
            }
            if (target == null) {
                throw RequestProblem.missing("target", "it must be where the edge ends");
            }
            EdgeKind known = EDGES.get(kind == null ? "" : kind);
            if (known == null) {
                throw new RequestProblem(
                        "kind", kind == null ? "" : kind, "must be one of " + EDGES.keySet());
            }
            return UserRoutes.edge(
                    user, known, "target", target, since == null ? nowMillis : since);
        }
    }

    private Answer drawMany(Exchange exchange) {
        long now = clock.millis();
        return Batches.answer(
                "edges",
                exchange.body(EdgesBody.class).edges(),
                row -> exchange.part(row, EdgeForm.class).edge(now),
                users::write);
    }

    private Answer forget(Exchange exchange) {
        users.write(List.of(new UserWrite.Forget(exchange.pathId("id")))).join();
        return Answer.done();
    }
}
