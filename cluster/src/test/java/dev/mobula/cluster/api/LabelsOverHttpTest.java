package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.cluster.client.Calls.ItemRow;
import dev.mobula.cluster.engine.SmallEngine;
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
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LabelsOverHttpTest {
    @TempDir private static Path state;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private SmallEngine small;

    @BeforeAll
    void start() {
        small = new SmallEngine(state);
        List<ItemRow> rows = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            rows.add(row(100 + i, "harbour " + i));
        }
        assertThat(small.client.putItems(rows).accepted()).isEqualTo(30);
        assertThat(small.engine.awaitRanked(Duration.ofSeconds(60))).isTrue();
    }

    private static ItemRow row(long id, String title) {
        float turned = (id - 100) / 30f;
        return ItemRow.of(id, 5_000 + id, Map.of("title", title))
                .withEmbedding(1 - turned, turned, 0, 0);
    }

    @AfterAll
    void end() {
        small.close();
    }

    private JsonNode ask(String method, String path, String body, int status) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(small.uri().resolve(path))
                        .method(method, BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return json.readTree(answer.body());
    }

    private void label(String rows) throws Exception {
        ask("POST", "/v1/labels", "{\"labels\": [" + rows + "]}", 200);
    }

    private List<Long> similar(String more) throws Exception {
        String body = "{\"embedding\": [1, 0, 0, 0], \"limit\": 5" + more + "}";
        return ask("POST", "/v1/similar", body, 200)
                .get("items")
                .valueStream()
                .map(hit -> hit.get("id").asLong())
                .toList();
    }

    @Test
    void aLabelIsObeyedBySearchFeedAndPushOnceItIsAcknowledgedAndUntilItIsTakenBack()
            throws Exception {
        assertThat(similar("")).contains(100L, 101L);
        label(
                """
                {"item": 100, "label": "spam", "source": "t"},
                {"account": 5101, "label": "hate", "source": "t"}
                """);
        assertThat(similar("")).hasSize(5).doesNotContain(100L, 101L);
        assertThat(
                        small.engine.feed().page(FeedRequest.of(1, 20).asDebug()).items().stream()
                                .map(entry -> entry.id())
                                .toList())
                .isNotEmpty()
                .doesNotContain(100L, 101L);
        String find = "{\"user\": 1, \"limit\": 20}";
        assertThat(ask("POST", "/v1/notifications/candidates", find, 200).findValuesAsText("item"))
                .isNotEmpty()
                .doesNotContain("100", "101");
        assertThat(small.client.putItems(List.of(row(100, "anew"))).accepted()).isEqualTo(1);
        assertThat(similar("")).doesNotContain(100L);
        JsonNode held = ask("GET", "/v1/labels?items=100,999&accounts=5101", "", 200);
        assertThat(held.toString())
                .isEqualTo(
                        "{\"subjects\":[{\"item\":100,\"labels\":[{\"label\":\"spam\",\"source\":\"t\","
                                + "\"confidence\":1.0}]},{\"item\":999,\"labels\":[]},"
                                + "{\"account\":5101,\"labels\":[{\"label\":\"hate\",\"source\":\"t\","
                                + "\"confidence\":1.0}]}]}");
        label(
                """
                {"item": 100, "label": "spam", "source": "t", "negated": true},
                {"account": 5101, "label": "hate", "source": "t", "negated": true}
                """);
        assertThat(similar("")).contains(100L, 101L);
    }

    @Test
    void searchCoversWhatIsCoveredAndFindsByTopics() throws Exception {
        label("{\"item\": 103, \"label\": \"sexual\"}, {\"item\": 110, \"label\": \"topic:a:b\"}");
        JsonNode found =
                ask("POST", "/v1/similar", "{\"embedding\": [1, 0, 0, 0], \"limit\": 9}", 200);
        for (JsonNode hit : found.get("items")) {
            assertThat(hit.get("cover").isEmpty()).isEqualTo(hit.get("id").asLong() != 103);
        }
        assertThat(similar(", \"topics\": [\"a\"]")).containsExactly(110L);
        ask("PUT", "/v1/users/77/preferences", "{\"labelSettings\": {\"sexual\": \"hide\"}}", 204);
        assertThat(similar(", \"user\": 77")).doesNotContain(103L);
    }

    @Test
    void aSubscriberIsToldOfAChangeWhileItWaits() throws Exception {
        String next = ask("GET", "/v1/labels/changes", "", 200).get("next").asText();
        HttpRequest waiting =
                HttpRequest.newBuilder(
                                small.uri()
                                        .resolve(
                                                "/v1/labels/changes?waitMillis=30000&after="
                                                        + next))
                        .build();
        CompletableFuture<HttpResponse<String>> told =
                http.sendAsync(waiting, BodyHandlers.ofString());
        label("{\"account\": 6000, \"label\": \"unsure\"}");
        JsonNode changes = json.readTree(told.join().body()).get("changes");
        assertThat(changes.get(0).get("account").asLong()).isEqualTo(6000);
        assertThat(changes.findValuesAsText("label")).contains("unsure");
    }

    @Test
    void aBadRowCostsItselfAndSaysWhatIsWrong() throws Exception {
        String rows =
                """
                {"item": 104, "label": "unsure"}, {"item": 99999, "label": "spam"},
                {"label": "spam"}, {"item": 1, "account": 2, "label": "spam"},
                {"item": 104, "label": "two words"}, {"item": 104, "label": "x", "confidence": 2}
                """;
        JsonNode outcome = ask("POST", "/v1/labels", "{\"labels\": [" + rows + "]}", 207);
        assertThat(outcome.get("accepted").asInt()).isEqualTo(1);
        assertThat(outcome.findValuesAsText("row")).containsExactly("1", "2", "3", "4", "5");
        ask("GET", "/v1/labels?items=x", "", 400);
        ask("GET", "/v1/labels", "", 400);
        ask("GET", "/v1/labels/changes?after=x", "", 400);
        ask("GET", "/v1/labels/changes?after=i0~u0&waitMillis=99999999", "", 400);
        String foreign = "{\"author\": 1, \"labels\": [{\"value\": \"x\", \"source\": \"jo\"}]}";
        assertThat(ask("PUT", "/v1/items/105", foreign, 400).toString()).contains("labels.source");
    }
}
