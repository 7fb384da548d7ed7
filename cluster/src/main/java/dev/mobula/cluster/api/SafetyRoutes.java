package dev.mobula.cluster.api;

import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.ranking.safety.Guard;
import dev.mobula.ranking.safety.ScanPolicy;
import dev.mobula.ranking.safety.ScanReply;
import dev.mobula.ranking.safety.ScanRequest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Texts judged: `POST /v1/scan`, `POST /v1/scan/batch`, and the switch `GET` and `PUT /v1/safety/actions`.
public final class SafetyRoutes {
    /// The most requests of a batch.
    public static final int BATCH_MAX = 64;

    private final Guard guard;
    private final Map<String, ScanPolicy> policies;

    /// @param policies by name; the one named `default` is for requests that name none
    public SafetyRoutes(Guard guard, List<ScanPolicy> policies) {
        this.guard = guard;
        this.policies = new TreeMap<>();
        policies.forEach(policy -> this.policies.put(policy.name(), policy));
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/scan", Scope.SCAN, this::scan),
                Route.post("/v1/scan/batch", Scope.SCAN, this::batch),
                Route.get("/v1/safety/actions", Scope.ADMIN, this::actions),
                Route.put("/v1/safety/actions", Scope.ADMIN, this::act));
    }

    /// One part of a request.
    ///
    /// @param schema of a tool call: the JSON schema of its arguments, as a text
    private record PartBody(
            @Nullable String kind,
            @Nullable String channel,
            @Nullable String trust,
            @Nullable String text,
            @Nullable String schema) {
        ScanRequest.Part part(String field) {
            if (text == null) {
                throw RequestProblem.missing(field + ".text", "it must be a text");
            }
            return new ScanRequest.Part(
                    of(field + ".kind", kind, ScanRequest.Kind.TEXT),
                    of(field + ".channel", channel, ScanRequest.Channel.INPUT),
                    of(field + ".trust", trust, ScanRequest.Trust.UNTRUSTED),
                    text,
                    Optional.ofNullable(schema));
        }
    }

    private record ScanBody(
            @Nullable String policy, @Nullable String session, @Nullable List<PartBody> parts) {}

    private record BatchBody(@Nullable List<ScanBody> requests) {}

    private static <E extends Enum<E>> E of(String field, @Nullable String name, E usual) {
        if (name == null) {
            return usual;
        }
        E[] all = usual.getDeclaringClass().getEnumConstants();
        List<String> known =
                Arrays.stream(all)
                        .map(one -> one.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                        .toList();
        int at = known.indexOf(name);
        if (at < 0) {
            throw new RequestProblem(field, name, "must be one of " + known);
        }
        return all[at];
    }

    private Answer scan(Exchange exchange) {
        return Answer.ok(told("", exchange, exchange.body(ScanBody.class)));
    }

    private record Batch(List<Told> replies) {}

    private Answer batch(Exchange exchange) {
        List<ScanBody> requests = exchange.body(BatchBody.class).requests();
        if (requests == null || requests.isEmpty() || requests.size() > BATCH_MAX) {
            int count = requests == null ? 0 : requests.size();
            throw new RequestProblem("requests", count, "must be 1 to " + BATCH_MAX + " of them");
        }
        // All are checked before the first is judged, so that a bad one leaves no session touched.
        List<ScanRequest> asked = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            asked.add(request("requests[" + i + "].", exchange, requests.get(i)));
        }
        List<Told> replies = new ArrayList<>();
        for (int i = 0; i < asked.size(); i++) {
            replies.add(judged("requests[" + i + "].", asked.get(i)));
        }
        return Answer.ok(new Batch(replies));
    }

    private Told told(String prefix, Exchange exchange, ScanBody body) {
        return judged(prefix, request(prefix, exchange, body));
    }

    private ScanRequest request(String prefix, Exchange exchange, ScanBody body) {
        String policy = body.policy() == null ? "default" : body.policy();
        if (!policies.containsKey(policy)) {
            throw new RequestProblem(
                    prefix + "policy", policy, "must be one of " + policies.keySet());
        }
        if (body.parts() == null) {
            throw RequestProblem.missing(prefix + "parts", "it must be a list of parts");
        }
        List<ScanRequest.Part> parts = new ArrayList<>();
        for (PartBody part : body.parts()) {
            parts.add(part.part(prefix + "parts[" + parts.size() + "]"));
        }
        return new ScanRequest(
                exchange.caller().name(), policy, Optional.ofNullable(body.session()), parts);
    }

    /// The reply as clients read it.
    private record Told(
            String action,
            String wouldBe,
            Map<String, Double> scores,
            List<ScanReply.Evidence> evidence,
            List<@Nullable String> redacted,
            List<String> models,
            String policy,
            List<String> degraded,
            long micros) {}

    private Told judged(String prefix, ScanRequest request) {
        ScanPolicy policy = policies.get(request.policy());
        if (policy == null) {
            throw new RequestProblem(prefix + "policy", request.policy(), "is gone");
        }
        return switch (guard.scan(request, policy)) {
            case ScanReply.Refused(String field, long position, String reason) ->
                    throw new RequestProblem(
                            prefix + field,
                            position < 0 ? "(the whole)" : "(at character " + position + ")",
                            reason);
            case ScanReply.Judged judged ->
                    new Told(
                            label(judged.action()),
                            label(judged.wouldBe()),
                            new TreeMap<>(judged.scores()),
                            judged.evidence(),
                            texts(judged.redacted()),
                            judged.models(),
                            judged.policy(),
                            judged.degraded(),
                            judged.micros());
        };
    }

    private static String label(ScanReply.Action action) {
        return action.name().toLowerCase(Locale.ROOT);
    }

    private static List<@Nullable String> texts(List<Optional<String>> redacted) {
        List<@Nullable String> texts = new ArrayList<>();
        redacted.forEach(text -> texts.add(text.orElse(null)));
        return texts;
    }

    private record Actions(@Nullable Boolean on) {}

    private Answer actions(Exchange exchange) {
        return Answer.ok(new Actions(guard.acts()));
    }

    private Answer act(Exchange exchange) {
        Boolean on = exchange.body(Actions.class).on();
        if (on == null) {
            throw RequestProblem.missing("on", "it must be true or false");
        }
        guard.act(on);
        return Answer.ok(new Actions(on));
    }
}
