package dev.mobula.cluster.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.mobula.cluster.client.Calls.Condition;
import dev.mobula.cluster.client.Calls.EdgeRow;
import dev.mobula.cluster.client.Calls.Event;
import dev.mobula.cluster.client.Calls.Found;
import dev.mobula.cluster.client.Calls.ItemRow;
import dev.mobula.cluster.client.Calls.Outcome;
import dev.mobula.cluster.client.Calls.Refused;
import dev.mobula.cluster.client.Calls.Result;
import dev.mobula.cluster.client.Calls.Results;
import dev.mobula.cluster.client.Calls.Search;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// An engine's client: every call is tried again while that can help, with growing pauses, and fails with a
/// [ClientException] that carries the engine's own problem. For many threads.
public final class MobulaClient implements AutoCloseable {
    private static final int BATCH_MAX = 1_000;
    private static final int ROUNDS_MAX = 3;

    private final Http http;

    private MobulaClient(Http http) {
        this.http = http;
    }

    public static MobulaClient of(ClientOptions options) {
        return of(options, Thread::sleep, new SplittableRandom());
    }

    static MobulaClient of(ClientOptions options, Http.Pauses pauses, RandomGenerator random) {
        return new MobulaClient(new Http(options, pauses, random));
    }

    /// A page: who asks, how long it may be, and what must not be on it; other fields as the OpenAPI document says.
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record PageAsk(
            long user,
            int limit,
            @Nullable String surface,
            @Nullable String cursor,
            List<Long> exclude,
            @Nullable Boolean debug) {
        public static PageAsk of(long user, int limit) {
            return new PageAsk(user, limit, null, null, List.of(), null);
        }

        public PageAsk without(List<Long> items) {
            return new PageAsk(user, limit, surface, cursor, items, debug);
        }

        public PageAsk after(String nextCursor) {
            return new PageAsk(user, limit, surface, nextCursor, exclude, debug);
        }
    }

    /// A page of ranked items.
    public record Page(
            @Nullable String requestId,
            long user,
            String model,
            List<Place> items,
            @Nullable String cursor,
            Map<String, String> degraded) {
        public List<Long> ids() {
            return items.stream().map(Place::id).toList();
        }
    }

    /// One place of a page.
    public record Place(
            long id, String source, double similarity, Map<String, Double> scores, double value) {}

    /// Asks for a page.
    public Page feed(PageAsk ask) {
        return http.ask("POST", "/v1/feed", ask, Page.class);
    }

    /// Why a request that was answered was answered so; empty when it is not kept any more.
    public Optional<JsonNode> explain(String requestId) {
        return http.find("/v1/explain/" + requestId, JsonNode.class);
    }

    /// Has the parts of an exchange judged.
    public Scans.Scanned scan(Scans.Ask ask) {
        return http.ask("POST", "/v1/scan", ask, Scans.Scanned.class);
    }

    /// Has several exchanges judged; a reply for each, in order.
    public List<Scans.Scanned> scan(List<Scans.Ask> asks) {
        return http.ask("POST", "/v1/scan/batch", Map.of("requests", asks), Scans.Replies.class)
                .replies();
    }

    /// Feeds a stream of output, and gets what may be shown of it now. A chunk is sent once: one without an answer ends
    /// the stream for the caller.
    public Scans.Released scanChunk(String stream, String text, boolean last) {
        return http.askOnce(
                "POST",
                "/v1/scan/streams/" + URLEncoder.encode(stream, StandardCharsets.UTF_8),
                Map.of("text", text, "last", last),
                Scans.Released.class);
    }

    /// Stores items; a bad row costs only itself.
    public Outcome putItems(List<ItemRow> items) {
        return http.ask("PUT", "/v1/items", Map.of("items", items), Outcome.class);
    }

    /// The item of that id.
    public Optional<ItemRow> item(long id) {
        return http.find("/v1/items/" + id, ItemRow.class);
    }

    /// Removes items; once this returns, nobody is shown them again.
    public void deleteItems(long... ids) {
        String list = Arrays.stream(ids).mapToObj(Long::toString).collect(Collectors.joining(","));
        http.tell("DELETE", "/v1/items?ids=" + list, null);
    }

    /// Draws an edge: `follows`, `blocks`, `mutes` a user, or has an item `hidden`.
    public void draw(long user, String kind, long target) {
        http.tell("PUT", edge(user, kind, target), null);
    }

    /// Takes an edge back.
    public void erase(long user, String kind, long target) {
        http.tell("DELETE", edge(user, kind, target), null);
    }

    private static String edge(long user, String kind, long target) {
        return "/v1/users/" + user + "/" + kind + "/" + target;
    }

    /// Draws many edges; a bad row costs only itself.
    public Outcome putEdges(List<EdgeRow> edges) {
        return http.ask("PUT", "/v1/edges", Map.of("edges", edges), Outcome.class);
    }

    /// Items near an item.
    public Found similar(long item, int limit, Condition... where) {
        return http.ask(
                "POST",
                "/v1/similar",
                new Search(item, null, null, limit, List.of(where)),
                Found.class);
    }

    /// Items near an embedding.
    public Found similar(float[] embedding, int limit, Condition... where) {
        return http.ask(
                "POST",
                "/v1/similar",
                new Search(null, null, embedding, limit, List.of(where)),
                Found.class);
    }

    /// Items by words.
    public Found search(String words, int limit, Condition... where) {
        return http.ask(
                "POST",
                "/v1/search",
                new Search(null, words, null, limit, List.of(where)),
                Found.class);
    }

    /// Items by words and an embedding, fused by rank.
    public Found search(String words, float[] embedding, int limit, Condition... where) {
        return http.ask(
                "POST",
                "/v1/search",
                new Search(null, words, embedding, limit, List.of(where)),
                Found.class);
    }

    /// Reports what users did. An event that the engine could not acknowledge is sent again under its id, so that it is
    /// stored once; the answer is one result for each event, in their order.
    public List<Result> record(List<Event> events) {
        return List.of(sent(events));
    }

    private Result[] sent(List<?> events) {
        Result[] results = new Result[events.size()];
        List<Integer> open = new ArrayList<>();
        for (int i = 0; i < results.length; i++) {
            open.add(i);
        }
        for (int round = 0; !open.isEmpty() && round < ROUNDS_MAX; round++) {
            for (int from = 0; from < open.size(); from += BATCH_MAX) {
                send(events, open.subList(from, Math.min(open.size(), from + BATCH_MAX)), results);
            }
            open.removeIf(i -> !results[i].isUnavailable());
        }
        return results;
    }

    private void send(List<?> events, List<Integer> places, Result[] results) {
        List<Object> part = places.stream().<Object>map(events::get).toList();
        Results answer = http.ask("POST", "/v1/events", Map.of("events", part), Results.class);
        for (Result result : answer.results()) {
            results[places.get(result.row())] = result;
        }
    }

    /// Rows of events as they are.
    public Outcome recordRows(List<JsonNode> rows) {
        Result[] results = sent(rows);
        List<Refused> refused = new ArrayList<>();
        for (int row = 0; row < results.length; row++) {
            if (!results[row].isStored()) {
                String detail = String.valueOf(results[row].detail());
                refused.add(new Refused(row, results[row].field(), null, detail));
            }
        }
        return new Outcome(results.length - refused.size(), refused);
    }

    /// Sets what a user chose, by the fields of the OpenAPI document.
    public void prefer(long user, Map<String, Object> preferences) {
        http.tell("PUT", "/v1/users/" + user + "/preferences", preferences);
    }

    /// What is kept of a user.
    public JsonNode user(long user) {
        return http.ask("GET", "/v1/users/" + user, null, JsonNode.class);
    }

    /// Removes everything that is kept of a user.
    public void forget(long user) {
        http.tell("DELETE", "/v1/users/" + user, null);
    }

    /// Rows of a batch operation as they are.
    ///
    /// @param path `/v1/items`, `/v1/edges`, `/v1/users`
    /// @param field what the rows are called in the body
    public Outcome putRows(String path, String field, List<JsonNode> rows) {
        return http.ask("PUT", path, Map.of(field, rows), Outcome.class);
    }

    @Override
    public void close() {
        http.close();
    }
}
