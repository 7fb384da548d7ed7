package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.cluster.client.ClientException;
import dev.mobula.cluster.client.Scans;
import dev.mobula.cluster.client.Scans.Ask;
import dev.mobula.cluster.client.Scans.Part;
import dev.mobula.cluster.client.Scans.Released;
import dev.mobula.cluster.client.Scans.Scanned;
import dev.mobula.cluster.engine.SmallEngine;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ScansOverHttpTest {
    private static final String SECRET = "ghp_" + "a1B2".repeat(10);
    private static final String USUAL =
            "{\"name\": \"default\", \"version\": \"d\", \"redacted\": [\"secret\", \"personal\"]}";

    @TempDir private static Path state;

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

    private HttpResponse<String> send(String method, String path, byte[] body) throws Exception {
        URI uri = small.uri().resolve(path);
        HttpRequest request =
                HttpRequest.newBuilder(uri)
                        .method(method, BodyPublishers.ofByteArray(body))
                        .build();
        return http.send(request, BodyHandlers.ofString());
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        return send(method, path, body.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aClientHasTextsJudgedOneByOneAndTogether() {
        Scanned one = small.client.scan(Ask.of(Part.output("The key is " + SECRET)));
        assertThat(one.action()).isEqualTo("redact");
        assertThat(one.redacted()).containsExactly("The key is [github token]");
        assertThat(one.evidence()).singleElement().extracting(Scans.Found::start).isEqualTo(11);
        List<Scanned> both =
                small.client.scan(
                        List.of(Ask.of(Part.input("calm river")), Ask.of(Part.output(SECRET))));
        assertThat(both).extracting(Scanned::action).containsExactly("allow", "redact");
    }

    @Test
    void aStreamedOutputIsReleasedWithoutWhatMustNotBeSeen() {
        String text = "a calm river. ".repeat(60) + SECRET + " and a garden".repeat(40);
        StringBuilder shown = new StringBuilder();
        for (int at = 0; at < text.length(); at += 50) {
            boolean last = at + 50 >= text.length();
            String chunk = text.substring(at, Math.min(text.length(), at + 50));
            Released released = small.client.scanChunk("answer 1", chunk, last);
            shown.append(released.text());
        }
        assertThat(shown).hasToString(text.replace(SECRET, "[github token]"));
        assertThat(small.client.scanChunk("answer 1", "new", true).text()).isEqualTo("new");
    }

    @Test
    void policiesAreTakenWholeOrRefusedWholeAndOutliveNothingTheyShouldNot() throws Exception {
        String before = send("GET", "/v1/safety/policies", "").body();
        String trial =
                "{\"name\": \"trial\", \"version\": \"t\", \"canaries\": [\"stone-and-river\"]}";
        HttpResponse<String> refused =
                send(
                        "PUT",
                        "/v1/safety/policies",
                        "{\"policies\": [" + USUAL + "], \"clients\": {\"x\": [\"none\"]}}");
        assertThat(refused.statusCode()).isBetween(400, 422);
        assertThat(refused.body()).contains("clients.x");
        assertThat(send("GET", "/v1/safety/policies", "").body()).isEqualTo(before);
        String both = "{\"policies\": [" + USUAL + "," + trial + "]}";
        assertThat(send("PUT", "/v1/safety/policies", both).statusCode()).isEqualTo(204);
        Ask ask = Ask.of(Part.output("it says stone-and-river"));
        assertThat(small.client.scan(ask.under("trial")).action()).isEqualTo("block");
        assertThat(small.client.scan(ask).action()).isEqualTo("allow");
        assertThatThrownBy(() -> small.client.scan(ask.under("gone")))
                .isInstanceOf(ClientException.class)
                .hasMessageContaining("policy");
    }

    @Test
    void whatIsNoScanIsRefusedWithItsField() throws Exception {
        String[][] bad = {
            {"{\"parts\": [{\"text\": \"x\", \"channel\": \"sideways\"}]}", "parts[0].channel"},
            {"{\"parts\": [{\"text\": \"x\", \"kind\": \"song\"}]}", "parts[0].kind"},
            {"{\"policy\": \"none\", \"parts\": [{\"text\": \"x\"}]}", "policy"},
            {"{\"parts\": [{\"text\": \"{\\\"a\\\": \", \"kind\": \"json\"}]}", "parts[0].text"},
            {"{\"parts\": [{\"kind\": \"text\"}]}", "parts[0].text"},
            {"{\"parts\": []}", "parts"},
            {"{\"parts\": [null]}", "parts[0]"},
            {"{\"parts\": [{\"text\": 7}, 8]}", "parts"},
            {"{\"parts\"", "body"},
            {"{}", "parts"},
            {"", "body"},
        };
        for (String[] one : bad) {
            HttpResponse<String> answer = send("POST", "/v1/scan", one[0]);
            assertThat(answer.statusCode()).as(one[0]).isBetween(400, 422);
            assertThat(answer.body()).as(one[0]).contains(one[1]);
        }
    }

    @Test
    void deepJsonTenMegabytesAndBrokenBytesAreAnswered() throws Exception {
        String deep = "[".repeat(10_000) + "]".repeat(10_000);
        HttpResponse<String> nested =
                send(
                        "POST",
                        "/v1/scan",
                        "{\"parts\": [{\"kind\": \"json\", \"text\": \"" + deep + "\"}]}");
        assertThat(nested.statusCode()).isBetween(400, 422);
        assertThat(nested.body()).contains("nested over");
        assertThat(send("POST", "/v1/scan", deep).statusCode()).isBetween(400, 422);
        String large = "{\"parts\": [{\"text\": \"" + "x".repeat(10 << 20) + "\"}]}";
        HttpResponse<String> tooLong = send("POST", "/v1/scan", large);
        assertThat(tooLong.statusCode()).isBetween(400, 422);
        assertThat(tooLong.body()).contains("1048576");
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 300; i++) {
            byte[] text = new byte[random.nextInt(200)];
            random.nextBytes(text);
            byte[] head = "{\"parts\": [{\"text\": \"".getBytes(StandardCharsets.UTF_8);
            byte[] tail = "\"}]}".getBytes(StandardCharsets.UTF_8);
            byte[] body = new byte[head.length + text.length + tail.length];
            System.arraycopy(head, 0, body, 0, head.length);
            System.arraycopy(text, 0, body, head.length, text.length);
            System.arraycopy(tail, 0, body, head.length + text.length, tail.length);
            assertThat(send("POST", "/v1/scan", body).statusCode()).isLessThan(500);
        }
    }
}
