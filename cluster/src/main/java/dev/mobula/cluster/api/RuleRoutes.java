package dev.mobula.cluster.api;

import dev.mobula.actors.safety.rules.LiveRules;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The rules at work: how each fares, letting one go on that stopped itself, and the last events they judged. Below
/// `/v1/safety/rules`.
public final class RuleRoutes {
    private static final long LIMIT_USUAL = 50;

    private final Optional<LiveRules> rules;

    /// @param rules empty for an engine without any
    public RuleRoutes(Optional<LiveRules> rules) {
        this.rules = rules;
    }

    public List<Route> routes() {
        return List.of(
                Route.get("/v1/safety/rules", Scope.REVIEW, exchange -> status()),
                Route.post("/v1/safety/rules/resume", Scope.ADMIN, this::resume),
                Route.get("/v1/safety/rules/events", Scope.REVIEW, this::events));
    }

    private Answer status() {
        return Answer.ok(rules.map(LiveRules::status).orElse(LiveRules.Status.NONE));
    }

    private record ResumeBody(@Nullable String rule) {}

    /// @param resumed whether there is such a rule
    private record Resumed(boolean resumed) {}

    private Answer resume(Exchange exchange) {
        String rule = exchange.body(ResumeBody.class).rule();
        if (rule == null) {
            throw RequestProblem.missing("rule", "it must be the name of a rule");
        }
        return Answer.ok(new Resumed(rules.isPresent() && rules.get().resume(rule)));
    }

    private record EventsBody(List<Map<String, Object>> events) {}

    private Answer events(Exchange exchange) {
        long limit = exchange.queryNumber("limit").orElse(LIMIT_USUAL);
        if (limit < 1 || limit > LiveRules.EVENTS_MAX) {
            throw new RequestProblem("limit", limit, "is outside 1.." + LiveRules.EVENTS_MAX);
        }
        return Answer.ok(
                new EventsBody(rules.map(live -> live.events((int) limit)).orElse(List.of())));
    }
}
