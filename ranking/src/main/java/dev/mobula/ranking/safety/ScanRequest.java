package dev.mobula.ranking.safety;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a client wants to have judged: one or more parts of one exchange, under one of its policies.
///
/// @param client who asks, as its key names it
/// @param policy the policy's name
/// @param session turns of one conversation share it, so that an attack spread over them is seen
/// @param actor who wrote the untrusted parts, where the client says so
/// @param signals what else the client knows, as scores between 0 and 1 by judge
public record ScanRequest(
        String client,
        String policy,
        Optional<String> session,
        List<Part> parts,
        Optional<String> actor,
        Map<String, Double> signals) {
    public ScanRequest {
        parts = List.copyOf(parts);
        signals = Map.copyOf(signals);
    }

    /// One of which nothing else is known.
    public ScanRequest(String client, String policy, Optional<String> session, List<Part> parts) {
        this(client, policy, session, parts, Optional.empty(), Map.of());
    }

    /// One text and where it came from.
    ///
    /// @param text the text; of JSON and tool calls their JSON
    /// @param schema of a tool call: the JSON schema of its arguments
    public record Part(
            Kind kind, Channel channel, Trust trust, String text, Optional<String> schema) {
        public static Part of(Kind kind, Channel channel, Trust trust, String text) {
            return new Part(kind, channel, trust, text, Optional.empty());
        }
    }

    /// What a part is.
    public enum Kind {
        TEXT,
        JSON,
        TOOL_CALL,
        TOOL_RESULT,
        DOCUMENT,
        TURN;

        boolean isJson() {
            return this == JSON || this == TOOL_CALL;
        }
    }

    /// Which way it goes.
    public enum Channel {
        /// From a person to the model.
        INPUT,
        /// From the operator.
        SYSTEM,
        /// From elsewhere into the model's context.
        CONTEXT,
        /// From the model to a person or a tool.
        OUTPUT
    }

    /// Whether its author may give orders.
    public enum Trust {
        TRUSTED,
        UNTRUSTED
    }
}
