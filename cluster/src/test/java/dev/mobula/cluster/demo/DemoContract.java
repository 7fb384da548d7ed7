package dev.mobula.cluster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.cluster.engine.EngineSettings;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// What the demo answers over HTTP, on whichever cluster it runs.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class DemoContract {
    private static final int ITEMS = 1_500;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client = HttpClient.newHttpClient();
    private Demo demo;

    private Cluster cluster;

    abstract Cluster open();

    @BeforeAll
    void startDemo() {
        cluster = open();
        EngineSettings usual = Demo.settings(0);
        EngineSettings drawsNothing =
                usual.withFeed(usual.feed().withValue(usual.feed().value(), 0));
        demo =
                Demo.start(
                        cluster,
                        new DemoSize(ITEMS, 1_000, 7),
                        drawsNothing,
                        InstantSource.system(),
                        n -> {});
    }

    @AfterAll
    void endDemo() {
        demo.close();
        cluster.close();
    }

    private HttpResponse<String> post(String body) throws Exception {
        return post("/v1/feed", body);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + demo.port() + path);
        return client.send(
                HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private String get(String path) throws Exception {
        URI uri = URI.create("http://127.0.0.1:" + demo.port() + path);
        return client.send(
                        HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private List<Long> idsOf(JsonNode page) {
        List<Long> ids = new ArrayList<>();
        page.get("items").forEach(item -> ids.add(item.get("id").asLong()));
        return ids;
    }

    /// By chance 39 of the 200 items would be on topic; an item has a second topic too, which is not counted.
    @Test
    void aPageIsFullOrderedAndOnTheUsersTopics() throws Exception {
        long onTopic = 0;
        for (long user = 1; user <= 10; user++) {
            HttpResponse<String> response = post("{\"user\": " + user + ", \"limit\": 20}");
            assertThat(response.statusCode()).isEqualTo(200);
            JsonNode page = json.readTree(response.body());
            List<Long> ids = idsOf(page);
            assertThat(ids).hasSize(20).doesNotHaveDuplicates();
            assertThat(page.get("degraded")).isEmpty();
            assertThat(page.get("model").asText()).startsWith("starter-");
            List<Double> values = new ArrayList<>();
            page.get("items").forEach(item -> values.add(item.get("value").asDouble()));
            assertThat(values).isSortedAccordingTo((one, other) -> Double.compare(other, one));
            List<String> liked = demo.world().likesOf(user);
            onTopic += ids.stream().filter(id -> liked.contains(demo.world().topicOf(id))).count();
        }
        assertThat(onTopic).isGreaterThanOrEqualTo(170);
    }

    @Test
    void excludedItemsAreNotOnThePage() throws Exception {
        List<Long> first = idsOf(json.readTree(post("{\"user\": 3, \"limit\": 10}").body()));
        String body = "{\"user\": 3, \"limit\": 10, \"exclude\": " + first + "}";
        List<Long> second = idsOf(json.readTree(post(body).body()));
        assertThat(second).hasSize(10).doesNotContainAnyElementsOf(new HashSet<>(first));
    }

    @Test
    void aPlaceOfAPageIsExplainedAndThePageShownUnderOtherValues() throws Exception {
        String who = "\"user\": 3, \"limit\": 10";
        List<Long> page = idsOf(json.readTree(post("{" + who + "}").body()));
        String body = "{" + who + ", \"place\": 4, \"value\": \"like\"}";
        HttpResponse<String> response = post("/v1/feed/explain", body);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        JsonNode told = json.readTree(response.body());
        assertThat(idsOf(told.get("page"))).isEqualTo(page);
        assertThat(told.get("place").get("id").asLong()).isEqualTo(page.get(3));
        assertThat(told.get("place").get("modelVersion").asText()).startsWith("starter-");
        double sum = 0;
        for (JsonNode term : told.get("place").get("terms")) {
            sum += term.get("value").asDouble();
        }
        double value = told.get("page").get("items").get(3).get("value").asDouble();
        assertThat(sum).isCloseTo(value, within(1e-9));
        assertThat(told.get("text").asText()).contains("quality", "similarity", "place 4");
        List<Double> likes = new ArrayList<>();
        told.get("counterfactual")
                .get("page")
                .forEach(place -> likes.add(place.get("value").asDouble()));
        assertThat(likes).hasSize(10).isSortedAccordingTo((one, other) -> other.compareTo(one));
        assertThat(post("/v1/feed/explain", "{" + who + ", \"place\": 11}").body())
                .contains("place=11");
        String unknown = "{" + who + ", \"place\": 1, \"value\": \"lick + like\"}";
        assertThat(post("/v1/feed/explain", unknown).body()).contains("lick");
    }

    @Test
    void badRequestsNameTheFieldAndTheValue() throws Exception {
        assertProblem("{\"user\": 1, \"limit\": 500}", 400, "limit=500");
        assertProblem("{\"limit\": 5}", 400, "user is missing");
        assertProblem("{\"user\": \"x\"}", 400, "user");
        assertProblem("{\"user\": 1, \"colour\": 3}", 400, "colour");
        assertProblem("{\"user\": 1", 400, "end-of-input");
    }

    @Test
    void somebodyUnknownGetsAFullPage() throws Exception {
        JsonNode page = json.readTree(post("{\"user\": 999999, \"limit\": 10}").body());
        assertThat(idsOf(page)).hasSize(10).doesNotHaveDuplicates();
    }

    private void assertProblem(String body, int status, String detail) throws Exception {
        HttpResponse<String> response = post(body);
        assertThat(response.statusCode()).as(body).isEqualTo(status);
        assertThat(response.headers().firstValue("content-type"))
                .contains("application/problem+json");
        assertThat(json.readTree(response.body()).get("detail").asText()).contains(detail);
    }

    @Test
    void metricsOfEveryServiceStandOnOnePage() throws Exception {
        post("{\"user\": 1}");
        String page = get("/metrics");
        assertThat(page)
                .contains("mobula_calls_total")
                .contains("service=\"items-0\"")
                .contains("service=\"ranker-0\"");
        assertThat(json.readTree(get("/v1/health")).get("services").asInt())
                .isEqualTo(cluster.services().size())
                .isGreaterThanOrEqualTo(4);
    }
}
