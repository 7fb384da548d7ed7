package dev.mobula.cluster.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.cluster.gateway.Answer;
import dev.mobula.cluster.gateway.Exchange;
import dev.mobula.cluster.gateway.RequestProblem;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.safety.Guard;
import dev.mobula.ranking.safety.GuardPolicies;
import dev.mobula.ranking.safety.ScanPolicy;
import dev.mobula.ranking.safety.ScanReply;
import dev.mobula.ranking.safety.ScanRequest;
import dev.mobula.ranking.safety.StreamGuard;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Texts judged: `POST /v1/scan`, `POST /v1/scan/batch`, output in chunks at `POST /v1/scan/streams/{stream}`, the policies
/// `GET` and `PUT /v1/safety/policies`, and the switch `GET` and `PUT /v1/safety/actions`.
public final class SafetyRoutes {
    /// The most requests of a batch.
    public static final int BATCH_MAX = 64;

    private static final int SIGNALS_MAX = 32;

    private final Guard guard;
    private final PolicyFile policies;
    private final Consumer<Boolean> others;
    private final ScanStreams streams;

    /// @param others the switch of whatever acts by itself beside scans
    public SafetyRoutes(
            Guard guard, PolicyFile policies, Consumer<Boolean> others, InstantSource clock) {
        this.guard = guard;
        this.policies = policies;
        this.others = others;
        this.streams = new ScanStreams(clock);
    }

    public List<Route> routes() {
        return List.of(
                Route.post("/v1/scan", Scope.SCAN, this::scan),
                Route.post("/v1/scan/batch", Scope.SCAN, this::batch),
                Route.post("/v1/scan/streams/{stream}", Scope.SCAN, this::push),
                Route.get("/v1/safety/policies", Scope.ADMIN, this::policies),
                Route.put("/v1/safety/policies", Scope.ADMIN, this::govern),
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
            @Nullable String policy,
            @Nullable String session,
            @Nullable List<@Nullable PartBody> parts,
            @Nullable String actor,
            @Nullable Map<String, @Nullable Double> signals) {}

    private record BatchBody(@Nullable List<@Nullable ScanBody> requests) {}

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
        List<@Nullable ScanBody> requests = exchange.body(BatchBody.class).requests();
        if (requests == null || requests.isEmpty() || requests.size() > BATCH_MAX) {
            int count = requests == null ? 0 : requests.size();
            throw new RequestProblem("requests", count, "must be 1 to " + BATCH_MAX + " of them");
        }
        // All are checked before the first is judged, so that a bad one leaves no session touched.
        List<ScanRequest> asked = new ArrayList<>();
        for (int i = 0; i < requests.size(); i++) {
            ScanBody request = requests.get(i);
            if (request == null) {
                throw RequestProblem.missing("requests[" + i + "]", "it must be a request");
            }
            asked.add(request("requests[" + i + "].", exchange, request));
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
        String policy = policy(prefix, exchange, body.policy()).name();
        if (body.parts() == null) {
            throw RequestProblem.missing(prefix + "parts", "it must be a list of parts");
        }
        List<ScanRequest.Part> parts = new ArrayList<>();
        for (PartBody part : body.parts()) {
            String field = prefix + "parts[" + parts.size() + "]";
            if (part == null) {
                throw RequestProblem.missing(field, "it must be a part");
            }
            parts.add(part.part(field));
        }
        return new ScanRequest(
                exchange.caller().name(),
                policy,
                Optional.ofNullable(body.session()),
                parts,
                Optional.ofNullable(body.actor()),
                signals(prefix, body.signals()));
    }

    private static Map<String, Double> signals(
            String prefix, @Nullable Map<String, @Nullable Double> told) {
        Map<String, Double> signals = new TreeMap<>();
        if (told != null && told.size() > SIGNALS_MAX) {
            throw new RequestProblem(
                    prefix + "signals", told.size(), "must be at most " + SIGNALS_MAX);
        }
        for (Map.Entry<String, @Nullable Double> one :
                told == null ? Map.<String, @Nullable Double>of().entrySet() : told.entrySet()) {
            Double score = one.getValue();
            if (score == null || !(score >= 0 && score <= 1)) {
                throw new RequestProblem(
                        prefix + "signals." + one.getKey(),
                        String.valueOf(score),
                        "must be between 0 and 1");
            }
            signals.put(one.getKey(), score);
        }
        return signals;
    }

    private ScanPolicy policy(String prefix, Exchange exchange, @Nullable String name) {
        String client = exchange.caller().name();
        GuardPolicies all = policies.policies();
        return all.of(client, Optional.ofNullable(name))
                .orElseThrow(
                        () ->
                                new RequestProblem(
                                        prefix + "policy",
                                        String.valueOf(name),
                                        "must be one of " + all.names(client)));
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
        ScanPolicy policy =
                policies.policies()
                        .of(request.client(), Optional.of(request.policy()))
                        .orElseThrow(
                                () ->
                                        new RequestProblem(
                                                prefix + "policy", request.policy(), "is gone"));
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

    private record ChunkBody(
            @Nullable String policy, @Nullable String text, @Nullable Boolean last) {}

    private record ReleasedTold(String text, String action, List<String> found) {}

    private Answer push(Exchange exchange) {
        ChunkBody chunk = exchange.body(ChunkBody.class);
        String text = chunk.text() == null ? "" : chunk.text();
        if (text.length() > ScanStreams.CHUNK_CHARS_MAX) {
            throw new RequestProblem(
                    "text",
                    text.length() + " characters",
                    "must be at most " + ScanStreams.CHUNK_CHARS_MAX);
        }
        String stream = exchange.pathText("stream");
        if (stream.length() > ScanStreams.NAME_CHARS_MAX) {
            throw new RequestProblem(
                    "stream", stream, "must be at most " + ScanStreams.NAME_CHARS_MAX);
        }
        ScanPolicy policy = policy("", exchange, chunk.policy());
        StreamGuard.Released released =
                streams.push(
                        exchange.caller().name(),
                        stream,
                        () -> guard.stream(policy),
                        text,
                        Boolean.TRUE.equals(chunk.last()));
        return Answer.ok(
                new ReleasedTold(released.text(), label(released.action()), released.found()));
    }

    private Answer policies(Exchange exchange) {
        return new Answer.Bytes(
                200, "application/json", policies.json().getBytes(StandardCharsets.UTF_8));
    }

    private Answer govern(Exchange exchange) {
        String json = exchange.body(JsonNode.class).toString();
        try {
            policies.replace(json);
        } catch (RankingException bad) {
            throw new RequestProblem(
                    "policies", "(the document)", String.valueOf(bad.getMessage()));
        }
        return Answer.done();
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
        others.accept(on);
        return Answer.ok(new Actions(on));
    }
}
