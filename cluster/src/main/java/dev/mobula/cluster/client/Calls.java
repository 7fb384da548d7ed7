package dev.mobula.cluster.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a client sends and gets, as values.
public final class Calls {
    private Calls() {}

    /// An item to store, or as it is stored; numbers, texts and lists of texts are attributes.
    @SuppressWarnings("ArrayRecordComponent")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ItemRow(
            @Nullable Long id,
            long author,
            @Nullable Long created,
            @Nullable String state,
            @Nullable Map<String, Object> attributes,
            @Nullable List<Map<String, Object>> labels,
            float @Nullable [] embedding) {
        public static ItemRow of(long id, long author, Map<String, Object> attributes) {
            return new ItemRow(id, author, null, null, attributes, null, null);
        }

        public ItemRow withEmbedding(float... numbers) {
            return new ItemRow(id, author, created, state, attributes, labels, numbers);
        }

        public ItemRow withCreated(long millis) {
            return new ItemRow(id, author, millis, state, attributes, labels, embedding);
        }
    }

    /// One edge of a user: `follows`, `blocks`, `mutes` or `hidden`.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record EdgeRow(long user, String kind, long target, @Nullable Long since) {}

    /// What became of a batch: how many rows were taken, and which were not.
    public record Outcome(int accepted, List<Refused> refused) {
        public Outcome {
            refused = List.copyOf(refused);
        }
    }

    /// A row that was not taken.
    ///
    /// @param row its place in the batch, counted from 0
    public record Refused(int row, @Nullable String field, @Nullable String value, String detail) {}

    /// A condition of a search; see the engine's OpenAPI document.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Condition(
            String name,
            @Nullable List<Object> in,
            @Nullable Long min,
            @Nullable Long max,
            @Nullable List<String> any,
            @Nullable Boolean not) {
        public static Condition in(String name, Object... values) {
            return new Condition(name, List.of(values), null, null, null, null);
        }

        public static Condition atLeast(String name, long min) {
            return new Condition(name, null, min, null, null, null);
        }

        public static Condition any(String name, String... words) {
            return new Condition(name, null, null, null, List.of(words), null);
        }

        public Condition negated() {
            return new Condition(name, in, min, max, any, not == null || !not);
        }
    }

    /// What is searched near or for.
    @SuppressWarnings("ArrayRecordComponent")
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Search(
            @Nullable Long item,
            @Nullable String words,
            float @Nullable [] embedding,
            int limit,
            List<Condition> where) {}

    /// What was found, the best first.
    ///
    /// @param missing shards that gave no whole answer, with the reason
    public record Found(List<Hit> items, Map<String, String> missing) {
        public Found {
            items = List.copyOf(items);
            missing = Map.copyOf(missing);
        }

        public List<Long> ids() {
            return items.stream().map(Hit::id).toList();
        }
    }

    /// One item that was found.
    public record Hit(long id, double score) {}

    /// Something a user did. Its id is what makes a second report of it harmless.
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Event(
            String id,
            long user,
            long item,
            String kind,
            @Nullable Long at,
            @Nullable String request,
            @Nullable String surface,
            @Nullable Float value) {
        /// An event of now, with a new id.
        public static Event of(long user, long item, String kind) {
            return new Event(
                    UUID.randomUUID().toString(), user, item, kind, null, null, null, null);
        }

        /// The request that showed the item.
        public Event from(String requestId) {
            return new Event(id, user, item, kind, at, requestId, surface, value);
        }

        public Event at(long millis) {
            return new Event(id, user, item, kind, millis, request, surface, value);
        }
    }

    record Results(List<Result> results) {}

    /// What became of an event: `stored`, `duplicate`, `refused` for good, or `unavailable` for now.
    public record Result(int row, String status, @Nullable String field, @Nullable String detail) {
        boolean isUnavailable() {
            return status.equals("unavailable");
        }

        /// Whether it is on disk.
        public boolean isStored() {
            return status.equals("stored") || status.equals("duplicate");
        }
    }
}
