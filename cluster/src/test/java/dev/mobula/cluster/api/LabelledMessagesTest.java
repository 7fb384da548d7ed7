package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.cluster.client.Calls.ItemRow;
import dev.mobula.cluster.engine.SmallEngine;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class LabelledMessagesTest {
    @TempDir private Path state;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();

    private JsonNode ask(SmallEngine small, String path, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(small.uri().resolve(path))
                        .POST(BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private String decided(SmallEngine small, String key) throws Exception {
        return ask(
                        small,
                        "/v1/notifications/decide",
                        """
                        {"user": 5, "idempotencyKey": "%s", "candidates": [
                          {"notificationId": "n", "type": "like", "lift": {"PUSH": 0.1}, "item": 1}]}
                        """
                                .formatted(key))
                .at("/reasons/0")
                .asText();
    }

    @Test
    void anEngineObeysALabelInTheNextDecisionAndItsTakingBackToo() throws Exception {
        try (SmallEngine small = new SmallEngine(state)) {
            assertThat(decided(small, "before")).isEqualTo("UNCONFIRMED");
            small.client.putItems(
                    List.of(ItemRow.of(1, 9, Map.of("title", "t")).withEmbedding(1, 0, 0, 0)));
            assertThat(decided(small, "stored")).isIn("CHOSEN", "HOLDOUT");
            String label = "{\"labels\": [{\"account\": 9, \"label\": \"hate\"%s}]}";
            ask(small, "/v1/labels", label.formatted(""));
            assertThat(decided(small, "labelled")).isEqualTo("LABELLED");
            ask(small, "/v1/labels", label.formatted(", \"negated\": true"));
            assertThat(decided(small, "back")).isIn("CHOSEN", "HOLDOUT");
        }
    }
}
