package dev.mobula.ranking.safety;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// All policies of a guard, which client may use which, and the texts that somebody vouches for: read whole or refused
/// whole, with the place and the reason.
///
/// @param clients the policies of a client, the first for requests that name none; clients that are not here may use all
public record GuardPolicies(
        List<ScanPolicy> policies, Map<String, List<String>> clients, AllowList allowed) {
    /// The policy of requests and clients that name none.
    public static final String DEFAULT = "default";

    /// The most policies, and the most clients.
    public static final int POLICIES_MAX = 1_000;

    /// The most characters of a document.
    public static final int CHARS_MAX = 16 << 20;

    private static final Set<String> BUILT_IN =
            Set.of(
                    SensitiveSpans.SECRET,
                    SensitiveSpans.PERSONAL,
                    SensitiveSpans.EXFILTRATION,
                    "canary",
                    "obfuscation",
                    "tool-arguments",
                    "borrowed-argument");
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .defaultSetterInfo(JsonSetter.Value.forContentNulls(Nulls.FAIL))
                    .build();

    public GuardPolicies {
        policies = List.copyOf(policies);
        clients = Map.copyOf(clients);
        if (policies.size() > POLICIES_MAX || clients.size() > POLICIES_MAX) {
            throw refused("policies, clients", "at most " + POLICIES_MAX + " of each");
        }
        Set<String> names = new HashSet<>();
        for (ScanPolicy policy : policies) {
            if (!names.add(policy.name())) {
                throw refused("policies", "'" + policy.name() + "' is there twice");
            }
        }
        if (!names.contains(DEFAULT)) {
            throw refused("policies", "one must be named '" + DEFAULT + "'");
        }
        for (Map.Entry<String, List<String>> client : clients.entrySet()) {
            String field = "clients." + client.getKey();
            if (client.getValue().isEmpty()) {
                throw refused(field, "must name a policy");
            }
            for (String name : client.getValue()) {
                if (!names.contains(name)) {
                    throw refused(field, "'" + name + "' is none of " + names);
                }
            }
        }
    }

    /// Everybody under the usual policy.
    public static GuardPolicies usual() {
        return new GuardPolicies(List.of(ScanPolicy.usual()), Map.of(), AllowList.EMPTY);
    }

    /// The policy of a request; empty when there is none of this name for this client.
    public Optional<ScanPolicy> of(String client, Optional<String> name) {
        List<String> own = clients.getOrDefault(client, List.of());
        String wanted = name.orElse(own.isEmpty() ? DEFAULT : own.getFirst());
        if (!own.isEmpty() && !own.contains(wanted)) {
            return Optional.empty();
        }
        return policies.stream().filter(policy -> policy.name().equals(wanted)).findFirst();
    }

    /// The names that a client may use.
    public List<String> names(String client) {
        List<String> all = policies.stream().map(ScanPolicy::name).toList();
        return clients.getOrDefault(client, all);
    }

    private static RankingException refused(String field, String reason) {
        return new RankingException(Code.INVALID_REQUEST, field + ": " + reason);
    }

    private record Document(
            @Nullable List<PolicyForm> policies,
            @Nullable Map<String, List<String>> clients,
            @Nullable List<AllowedForm> allowed) {}

    private record PolicyForm(
            @JsonProperty(required = true) String name,
            @JsonProperty(required = true) String version,
            @Nullable Map<String, LimitForm> limits,
            @Nullable Set<String> redacted,
            @Nullable List<String> canaries,
            @Nullable Set<String> hosts,
            boolean shadow,
            boolean failOpen,
            @Nullable Integer deadlineMicros,
            boolean together) {
        ScanPolicy policy(String field, Set<String> categories) {
            Map<String, ScanPolicy.Limit> all = new TreeMap<>();
            if (limits != null) {
                limits.forEach(
                        (category, limit) -> {
                            known(field + ".limits", category, categories);
                            all.put(category, new ScanPolicy.Limit(limit.review(), limit.block()));
                        });
            }
            Set<String> cut = redacted == null ? Set.of() : redacted;
            cut.forEach(category -> known(field + ".redacted", category, BUILT_IN));
            return new ScanPolicy(
                    name,
                    version,
                    all,
                    cut,
                    canaries == null ? List.of() : canaries,
                    hosts == null ? Set.of() : hosts,
                    shadow,
                    failOpen,
                    deadlineMicros == null ? ScanPolicy.usual().deadlineMicros() : deadlineMicros,
                    together);
        }
    }

    private record LimitForm(double review, double block) {}

    private record AllowedForm(
            @JsonProperty(required = true) String text,
            @JsonProperty(required = true) String owner,
            @Nullable String reason,
            @JsonProperty(required = true) String from,
            @JsonProperty(required = true) String until) {
        AllowList.Entry entry() {
            return AllowList.Entry.of(
                    text,
                    owner,
                    reason == null ? "" : reason,
                    Instant.parse(from),
                    Instant.parse(until));
        }
    }

    private static void known(String field, String category, Set<String> categories) {
        if (!categories.contains(category)) {
            throw refused(field, "'" + category + "' is none of " + categories);
        }
    }

    /// Reads a document of policies.
    ///
    /// @param heads what the guard's models find: limits may name these and what needs no model
    public static GuardPolicies parse(String json, Set<String> heads) {
        if (json.length() > CHARS_MAX) {
            throw refused("policies", json.length() + " characters, at most " + CHARS_MAX);
        }
        Document document = document(json);
        Set<String> categories = new HashSet<>(BUILT_IN);
        categories.addAll(heads);
        List<ScanPolicy> policies = new ArrayList<>();
        List<PolicyForm> forms = document.policies() == null ? List.of() : document.policies();
        for (int i = 0; i < forms.size(); i++) {
            policies.add(at("policies[" + i + "]", forms.get(i), categories));
        }
        List<AllowList.Entry> allowed = new ArrayList<>();
        List<AllowedForm> vouched = document.allowed() == null ? List.of() : document.allowed();
        for (int i = 0; i < vouched.size(); i++) {
            allowed.add(at("allowed[" + i + "]", vouched.get(i)));
        }
        return new GuardPolicies(
                policies,
                document.clients() == null ? Map.of() : document.clients(),
                new AllowList(allowed));
    }

    private static Document document(String json) {
        try {
            Document document = JSON.readValue(json, Document.class);
            if (document == null) {
                throw refused("policies", "the document is null");
            }
            return document;
        } catch (JsonProcessingException bad) {
            JsonLocation at = bad.getLocation();
            String where =
                    at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr();
            String told = bad.getOriginalMessage();
            int inside = told.indexOf(" (class ");
            throw refused("document, " + where, inside < 0 ? told : told.substring(0, inside));
        }
    }

    private static ScanPolicy at(String field, PolicyForm form, Set<String> categories) {
        try {
            return form.policy(field, categories);
        } catch (RankingException bad) {
            throw refused(field, String.valueOf(bad.getMessage()));
        }
    }

    private static AllowList.Entry at(String field, AllowedForm form) {
        try {
            return form.entry();
        } catch (RankingException | DateTimeException bad) {
            throw refused(field, String.valueOf(bad.getMessage()));
        }
    }
}
