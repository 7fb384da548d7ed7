package dev.mobula.cluster.api;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.safety.review.ReviewedPosts;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/// Models of text that learn from people: `GET /v1/safety/learning`, `POST /v1/safety/learning/turns`, and what people
/// decided with its words, `GET /v1/safety/learning/decisions`.
public final class SafetyLearningRoutes {
    private static final int ACCEPTED = 202;
    private static final long LIMIT_USUAL = 50;
    private static final long LIMIT_MAX = 1_000;

    private final Supplier<SafetyLearningStatus> status;
    private final BooleanSupplier ask;
    private final ReviewedPosts posts;

    /// @param ask asks for a turn; false when one is under way
    public SafetyLearningRoutes(
            Supplier<SafetyLearningStatus> status, BooleanSupplier ask, ReviewedPosts posts) {
        this.status = status;
        this.ask = ask;
        this.posts = posts;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/v1/safety/learning", Scope.ADMIN, exchange -> Answer.ok(status.get())),
                Route.post("/v1/safety/learning/turns", Scope.ADMIN, exchange -> turn()),
                Route.get("/v1/safety/learning/decisions", Scope.REVIEW, this::decisions));
    }

    private Answer turn() {
        if (!ask.getAsBoolean()) {
            throw new CallException(
                    Failure.REFUSED, "a turn is under way: GET /v1/safety/learning tells of it");
        }
        return new Answer.Json(ACCEPTED, status.get());
    }

    private record Decided(long item, String text, String label, boolean positive) {}

    private record DecisionsBody(List<Decided> decisions) {}

    private Answer decisions(Exchange exchange) {
        long limit = exchange.queryNumber("limit").orElse(LIMIT_USUAL);
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new RequestProblem("limit", limit, "is outside 1.." + LIMIT_MAX);
        }
        return Answer.ok(
                new DecisionsBody(
                        posts.all((int) limit).stream()
                                .map(
                                        one ->
                                                new Decided(
                                                        one.item(),
                                                        one.row().text(),
                                                        one.row().label(),
                                                        one.row().isPositive()))
                                .toList()));
    }
}
