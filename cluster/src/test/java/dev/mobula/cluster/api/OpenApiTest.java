package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.demo.Demo;
import dev.mobula.cluster.demo.DemoSize;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.cluster.gateway.Scope;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Holds the OpenAPI document and the gateway together.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class OpenApiTest {
    @TempDir private static Path state;

    private final HttpClient client = HttpClient.newHttpClient();
    private JsonNode document;
    private InJvmCluster cluster;
    private Demo demo;

    @BeforeAll
    void start() throws Exception {
        document = new YAMLMapper().readTree(SystemRoutes.openApi());
        cluster = new InJvmCluster(Optional.of(state));
        demo = Demo.start(cluster, new DemoSize(300, 20, 3), 0, InstantSource.system(), n -> {});
    }

    @AfterAll
    void end() {
        demo.close();
        cluster.close();
    }

    @Test
    void theDocumentDescribesEveryRouteAndNoOther() {
        Map<String, String> described = new TreeMap<>();
        document.get("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .properties()
                                        .forEach(
                                                operation ->
                                                        described.put(
                                                                operation
                                                                                .getKey()
                                                                                .toUpperCase(
                                                                                        Locale.ROOT)
                                                                        + " "
                                                                        + path.getKey(),
                                                                scope(operation.getValue()))));
        Map<String, String> routed = new TreeMap<>();
        for (Route route : demo.routes()) {
            routed.put(
                    route.method() + " " + route.path(),
                    route.scope().map(Scope::label).orElse("none"));
        }
        assertThat(described).isEqualTo(routed);
    }

    private static String scope(JsonNode operation) {
        return operation.path("security").isArray() && operation.get("security").isEmpty()
                ? "none"
                : operation.path("x-scope").asText("missing");
    }

    @Test
    void everyReferenceOfTheDocumentIsThere() {
        assertThat(document.findValuesAsText("$ref"))
                .isNotEmpty()
                .allSatisfy(
                        reference ->
                                assertThat(document.at(reference.substring(1)).isMissingNode())
                                        .as(reference)
                                        .isFalse());
    }

    @Test
    void everyExampleOfTheDocumentWorks() {
        int[] tried = {0};
        document.get("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .properties()
                                        .forEach(
                                                operation ->
                                                        tried[0] +=
                                                                tryExamples(
                                                                        path.getKey(),
                                                                        operation.getKey(),
                                                                        operation.getValue())));
        assertThat(tried[0]).isPositive();
    }

    /// With each example of the body, or once where there is none; parameters take their examples.
    private int tryExamples(String path, String method, JsonNode operation) {
        String place = path + query(operation);
        for (JsonNode parameter : parameters(operation)) {
            place = place.replace("{" + parameter.get("name").asText() + "}", example(parameter));
        }
        JsonNode examples = operation.at("/requestBody/content/application~1json/examples");
        if (examples.isMissingNode()) {
            assertThat(operation.has("requestBody")).as(path + " has an example").isFalse();
            assertWorks(place, method, method + " " + path, "");
            return 1;
        }
        for (Map.Entry<String, JsonNode> example : examples.properties()) {
            String body = example.getValue().get("value").toString();
            assertWorks(place, method, path + " " + example.getKey(), body);
        }
        return examples.size();
    }

    /// The document cannot know the name of a page: one is made for it.
    private String example(JsonNode parameter) {
        return parameter.get("name").asText().equals("requestId")
                ? demo.feed().page(FeedRequest.of(1, 5)).requestId()
                : parameter.get("example").asText();
    }

    private List<JsonNode> parameters(JsonNode operation) {
        return operation
                .path("parameters")
                .valueStream()
                .map(one -> document.at(one.get("$ref").asText().substring(1)))
                .toList();
    }

    private String query(JsonNode operation) {
        return parameters(operation).stream()
                .filter(one -> one.get("in").asText().equals("query"))
                .map(
                        one ->
                                "?"
                                        + one.get("name").asText()
                                        + "="
                                        + one.get("example")
                                                .toString()
                                                .replaceAll("[\\[\\]\"]", ""))
                .findFirst()
                .orElse("");
    }

    private void assertWorks(String path, String method, String name, String body) {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + demo.port() + path))
                        .method(
                                method.toUpperCase(Locale.ROOT),
                                HttpRequest.BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
        assertThat(answer.statusCode()).as(name + ": " + answer.body()).isBetween(200, 206);
    }
}
