package dev.mobula.cluster.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a client has judged, and the verdicts.
public final class Scans {
    private Scans() {}

    /// Parts of one exchange.
    ///
    /// @param policy null for the client's own first policy
    /// @param session turns of one conversation share it
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ask(@Nullable String policy, @Nullable String session, List<Part> parts) {
        public Ask {
            parts = List.copyOf(parts);
        }

        public static Ask of(Part... parts) {
            return new Ask(null, null, List.of(parts));
        }

        public Ask under(String name) {
            return new Ask(name, session, parts);
        }

        public Ask within(String name) {
            return new Ask(policy, name, parts);
        }
    }

    /// One part; the fields are those of the OpenAPI document.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Part(
            @Nullable String kind,
            @Nullable String channel,
            @Nullable String trust,
            String text,
            @Nullable String schema) {
        /// What a person wrote.
        public static Part input(String text) {
            return new Part("text", "input", "untrusted", text, null);
        }

        /// What came from elsewhere into the model's context.
        public static Part document(String text) {
            return new Part("document", "context", "untrusted", text, null);
        }

        /// What the model wrote.
        public static Part output(String text) {
            return new Part("text", "output", "trusted", text, null);
        }

        /// A tool call of the model.
        ///
        /// @param schema the JSON schema of its arguments, or null
        public static Part toolCall(String json, @Nullable String schema) {
            return new Part("tool-call", "output", "trusted", json, schema);
        }
    }

    record Replies(List<Scanned> replies) {}

    /// A verdict: `allow`, `redact`, `review` or `block`, and why.
    public record Scanned(
            String action,
            String wouldBe,
            Map<String, Double> scores,
            List<Found> evidence,
            List<@Nullable String> redacted,
            List<String> models,
            String policy,
            List<String> degraded,
            long micros) {}

    /// Where something was found.
    public record Found(
            String category,
            int part,
            String pointer,
            int start,
            int end,
            double score,
            String found) {}

    /// What may be shown of a stream now; `block` ends it.
    public record Released(String text, String action, List<String> found) {}
}
