package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.cluster.client.Calls.Condition;
import dev.mobula.cluster.client.Calls.EdgeRow;
import dev.mobula.cluster.client.Calls.Found;
import dev.mobula.cluster.client.Calls.ItemRow;
import dev.mobula.cluster.client.Calls.Outcome;
import dev.mobula.cluster.client.Calls.Refused;
import dev.mobula.cluster.client.ClientException;
import dev.mobula.cluster.client.EngineProblem;
import dev.mobula.cluster.engine.SmallEngine;
import dev.mobula.retrieval.store.EdgeKind;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ItemsAndUsersTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir private static Path state;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private SmallEngine small;

    @BeforeAll
    void start() {
        small = new SmallEngine(state);
    }

    @AfterAll
    void end() {
        small.close();
    }

    private static ItemRow item(long id, String title, String language, float... embedding) {
        return ItemRow.of(id, id % 7, Map.of("title", title, "language", language))
                .withEmbedding(embedding);
    }

    private EngineProblem problem(String method, String path, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(small.uri().resolve(path))
                        .method(method, BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.headers().firstValue("content-type"))
                .as(answer.body())
                .contains("application/problem+json");
        JsonNode told = json.readTree(answer.body());
        assertThat(told.get("status").asInt()).isEqualTo(answer.statusCode());
        return json.readerFor(EngineProblem.class)
                .without(
                        com.fasterxml.jackson.databind.DeserializationFeature
                                .FAIL_ON_UNKNOWN_PROPERTIES)
                .readValue(told);
    }

    @Test
    void anItemIsStoredReadFoundAndGone() {
        ItemRow row =
                new ItemRow(
                        11L,
                        3,
                        5_000L,
                        "visible",
                        Map.of(
                                "title",
                                "a harbour",
                                "likes",
                                12,
                                "price",
                                1.5,
                                "surface",
                                List.of("home")),
                        null,
                        new float[] {0, 9, 0, 0});
        assertThat(small.client.putItems(List.of(row)).accepted()).isEqualTo(1);
        ItemRow read = small.client.item(11).orElseThrow();
        assertThat(read.attributes()).isEqualTo(row.attributes());
        assertThat(read.created()).isEqualTo(5_000L);
        assertThat(read.embedding()).containsExactly(0, 9, 0, 0);
        assertThat(small.client.similar(new float[] {0, 1, 0, 0}, 3).ids()).startsWith(11L);
        awaitWords("harbour", 1);
        assertThat(small.client.search("harbour", 3).ids()).containsExactly(11L);
        small.client.deleteItems(11);
        assertThat(small.client.item(11)).isEmpty();
        assertThat(small.client.similar(new float[] {0, 1, 0, 0}, 3).ids()).doesNotContain(11L);
        awaitWords("harbour", 0);
    }

    /// The index of words follows the store by a moment.
    private void awaitWords(String words, int count) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (small.client.search(words, 100).ids().size() != count) {
            assertThat(System.nanoTime()).as(words + " found " + count).isLessThan(deadline);
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void aBadRowCostsOnlyItselfAndSaysWhatIsWrongWithIt() {
        List<ItemRow> rows = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            rows.add(item(1_000 + i, "row", "en", 1, 1, 1, 1));
        }
        rows.set(5, item(1_005, "row", "a long language", 1, 1, 1, 1));
        rows.set(17, item(1_017, "row", "en", 1, 1, 1));
        rows.set(23, item(1_022, "row", "en", 1, 1, 1, 1));
        rows.set(31, ItemRow.of(1_031, 1, Map.of("title", Map.of("nested", 1))));
        Outcome outcome = small.client.putItems(rows);
        assertThat(outcome.accepted()).isEqualTo(36);
        assertThat(outcome.refused()).extracting(Refused::row).containsExactly(5, 17, 23, 31);
        assertThat(outcome.refused().get(0).detail()).contains("a long language", "8 bytes");
        assertThat(outcome.refused().get(1).detail()).contains("embedding of item 1017", "4");
        assertThat(outcome.refused().get(2).field()).isEqualTo("id");
        assertThat(outcome.refused().get(3).field()).isEqualTo("attributes.title");
        for (int i = 0; i < 40; i++) {
            boolean bad = i == 5 || i == 17 || i == 23 || i == 31;
            assertThat(small.client.item(1_000 + i).isPresent()).as("row " + i).isEqualTo(!bad);
        }
    }

    @Test
    void searchesObeyTheirConditions() {
        for (int i = 0; i < 60; i++) {
            String language = i % 3 == 0 ? "de" : "en";
            small.client.putItems(
                    List.of(
                            item(2_000 + i, "lighthouse number " + i, language, 0, 0, 5 + i, 0)
                                    .withCreated(1_000_000 + i)));
        }
        Condition german = Condition.in("language", "de");
        Condition late = Condition.atLeast("created", 1_000_030);
        Found near = small.client.similar(new float[] {0, 0, 1, 0}, 50, german, late);
        assertThat(near.ids()).hasSize(10).startsWith(2_057L).allMatch(id -> (id - 2_000) % 3 == 0);
        awaitWords("lighthouse", 60);
        Found words = small.client.search("lighthouse", 50, german, late);
        assertThat(words.ids()).containsExactlyInAnyOrderElementsOf(near.ids());
        Found both = small.client.search("number 57", new float[] {0, 0, 1, 0}, 5, german);
        assertThat(both.ids()).startsWith(2_057L);
        assertThat(small.client.search("lighthouse", 60, german.negated()).ids())
                .hasSize(40)
                .noneMatch(id -> (id - 2_000) % 3 == 0);
        assertThat(small.client.similar(2_057, 5, Condition.atLeast("created", 1_000_000)).ids())
                .doesNotContain(2_057L)
                .startsWith(2_059L);
    }

    @Test
    void edgesAreDrawnAndErased() throws Exception {
        small.client.draw(5, "follows", 6);
        small.client.draw(5, "hidden", 77);
        assertThat(targets(5, EdgeKind.FOLLOW)).containsExactly(6);
        assertThat(targets(5, EdgeKind.HIDE)).containsExactly(77);
        small.client.erase(5, "follows", 6);
        assertThat(targets(5, EdgeKind.FOLLOW)).isEmpty();
        Outcome outcome =
                small.client.putEdges(
                        List.of(
                                new EdgeRow(8, "blocks", 9, 1L),
                                new EdgeRow(8, "likes", 9, null),
                                new EdgeRow(8, "mutes", 8, null)));
        assertThat(outcome.accepted()).isEqualTo(1);
        assertThat(outcome.refused()).extracting(Refused::field).containsExactly("kind", "target");
        assertThat(targets(8, EdgeKind.BLOCK)).containsExactly(9);
    }

    private long[] targets(long user, EdgeKind kind) {
        return small.engine
                .userShards()
                .targets(List.of(user), kind, LIMIT)
                .join()
                .getOrDefault(user, new long[0]);
    }

    @Test
    void badInputNamesTheFieldAndTheValue() throws Exception {
        assertProblem("PUT", "/v1/items/x", "{\"author\": 1}", 400, "id", "x");
        assertProblem("PUT", "/v1/items/5", "{\"author\": 1, \"id\": 6}", 400, "id", "6");
        assertProblem("PUT", "/v1/items/5", "{}", 400, "author", "");
        assertProblem(
                "PUT", "/v1/items/5", "{\"author\": 1, \"state\": \"gone\"}", 400, "state", "gone");
        assertProblem("PUT", "/v1/items", "{\"items\": []}", 400, "items", "");
        assertProblem("GET", "/v1/items?ids=1,b", "", 400, "ids", "b");
        assertProblem("GET", "/v1/items", "", 400, "ids", "");
        assertProblem("GET", "/v1/items/987654", "", 404, "id", "987654");
        assertProblem("POST", "/v1/similar", "{\"item\": 987654}", 404, "item", "987654");
        assertProblem("POST", "/v1/similar", "{}", 400, "item", "");
        assertProblem("POST", "/v1/similar", "{\"embedding\": [1]}", 400, "embedding", "1 numbers");
        assertProblem("POST", "/v1/search", "{\"words\": \" \"}", 400, "words", "");
        assertProblem(
                "POST", "/v1/search", "{\"words\": \"a\", \"limit\": 201}", 400, "limit", "201");
        assertProblem(
                "POST",
                "/v1/search",
                "{\"words\": \"a\", \"where\": [{\"name\": \"colour\", \"in\": [1]}]}",
                400,
                "where.0.name",
                "colour");
        assertProblem("PUT", "/v1/users/3/follows/3", "", 400, "other", "3");
        assertProblem("POST", "/v1/nothing", "{}", 404, null, null);
    }

    private void assertProblem(
            String method, String path, String body, int status, String field, String value)
            throws Exception {
        EngineProblem problem = problem(method, path, body);
        assertThat(problem.status()).as(method + " " + path + " " + problem).isEqualTo(status);
        assertThat(problem.field()).as(problem.detail()).isEqualTo(field);
        assertThat(problem.value()).isEqualTo(value);
        assertThat(problem.hint()).isNotBlank();
    }

    @Test
    void aRefusalIsTypedAndNotTriedAgain() {
        ClientException refused =
                catchThrowableOfType(ClientException.class, () -> small.client.similar(31_337, 5));
        assertThat(refused.status()).isEqualTo(404);
        assertThat(refused.retryable()).isFalse();
        assertThat(refused.problem().orElseThrow().field()).isEqualTo("item");
    }
}
