package dev.mobula.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.actors.feed.ImpressionLog;
import dev.mobula.actors.users.Erasure;
import dev.mobula.actors.users.UserShards;
import dev.mobula.actors.users.UserView;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.UserWrite;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// Users and whom they follow, block and mute, and what they want gone: below `/v1/users/{id}`, and `PUT /v1/edges` for many.
public final class UserRoutes {
    private static final Map<String, EdgeKind> EDGES =
            Map.of(
                    "follows", EdgeKind.FOLLOW,
                    "blocks", EdgeKind.BLOCK,
                    "mutes", EdgeKind.MUTE,
                    "hidden", EdgeKind.HIDE);

    private static final Duration READ_LIMIT = Duration.ofSeconds(2);

    private final UserShards users;
    private final ImpressionLog impressions;
    private final InstantSource clock;
    private final LongConsumer forgetting;

    /// @param impressions the log of pages, from which a user is erased who is to be forgotten
    /// @param forgetting who else is told to forget a user, and has when it returns
    public UserRoutes(
            UserShards users,
            ImpressionLog impressions,
            InstantSource clock,
            LongConsumer forgetting) {
        this.forgetting = forgetting;
        this.users = users;
        this.impressions = impressions;
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
        routes.add(Route.put("/v1/users", Scope.WRITE, this::preferMany));
        routes.add(Route.put("/v1/users/{id}/preferences", Scope.WRITE, this::prefer));
        routes.add(Route.get("/v1/users/{id}", Scope.ADMIN, this::view));
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

    private record UsersBody(@Nullable List<JsonNode> users) {}

    private Answer preferMany(Exchange exchange) {
        return Batches.answer(
                "users",
                exchange.body(UsersBody.class).users(),
                row -> exchange.part(row, PreferencesForm.class).write(),
                users::write);
    }

    private Answer prefer(Exchange exchange) {
        PreferencesForm chosen = exchange.body(PreferencesForm.class);
        users.prefer(exchange.pathId("id"), chosen.preferences()).join();
        return Answer.done();
    }

    /// One thing a user did.
    private record Done(long item, String kind, float weight, float value, long at) {}

    /// What is kept of a user; events newest first.
    @SuppressWarnings("ArrayRecordComponent")
    private record ViewBody(
            long id,
            boolean known,
            List<Done> events,
            long[] follows,
            long[] blocks,
            long[] mutes,
            long[] hidden,
            PreferencesForm preferences,
            Map<String, Long> counters) {}

    private Answer view(Exchange exchange) {
        UserView view = users.view(exchange.pathId("id"), READ_LIMIT).join();
        return Answer.ok(
                new ViewBody(
                        view.user(),
                        view.known(),
                        view.events().stream()
                                .map(
                                        past ->
                                                new Done(
                                                        past.item(),
                                                        past.kind(),
                                                        past.weight(),
                                                        past.value(),
                                                        past.atMillis()))
                                .toList(),
                        view.follows(),
                        view.blocked(),
                        view.muted(),
                        view.hidden(),
                        PreferencesForm.of(view.preferences()),
                        view.counters()));
    }

    /// @param shard who keeps the log, and `position` up to where the user is gone from it
    private record Forgotten(String shard, long position) {}

    /// The log of pages is told first: should the process end in between, too much is forgotten there and not too little.
    private Answer forget(Exchange exchange) {
        long user = exchange.pathId("id");
        forgetting.accept(user);
        try {
            impressions.forget(user);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        Erasure erasure = users.forget(user).join();
        return Answer.ok(new Forgotten(erasure.shard(), erasure.position()));
    }
}
