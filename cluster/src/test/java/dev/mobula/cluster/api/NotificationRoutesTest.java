package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.MessageFinder;
import dev.mobula.actors.notify.NotificationDesk;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.GatewayOptions;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Limit;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Notifications over HTTP: answers, denials and errors by the names they have.
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class NotificationRoutesTest {
    private static final int CAP = 3;

    @TempDir private static Path state;

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.builder().build();
    private final AtomicLong now = new AtomicLong(System.currentTimeMillis());
    private InJvmCluster cluster;
    private Ledgers ledgers;
    private Gateway gateway;

    @BeforeAll
    void start() throws IOException {
        cluster = new InJvmCluster(Optional.of(state));
        ledgers = Ledgers.spawn(cluster, "ledger", 2);
        ledgers.putPolicy(
                "default",
                new BudgetPolicy(
                        1,
                        0,
                        false,
                        List.of(Limit.perDay(CAP)),
                        0,
                        0,
                        CAP,
                        0,
                        Set.of(),
                        List.of(),
                        ZoneOffset.UTC,
                        List.of()));
        InstantSource clock = InstantSource.system();
        PriceBoard board = PriceBoard.open(cluster, "prices", now::get);
        NotificationDesk desk = new NotificationDesk(ledgers, board, 0, clock);
        gateway =
                Gateway.start(
                        GatewayOptions.onLoopback(0),
                        new NotificationRoutes(
                                        ledgers,
                                        board,
                                        desk,
                                        (user, limit) ->
                                                List.of(
                                                        new MessageFinder.Found(
                                                                9, 0.5, List.of("trend"))),
                                        clock)
                                .routes(),
                        System::nanoTime);
    }

    @AfterAll
    void end() {
        gateway.close();
        cluster.close();
    }

    private HttpResponse<String> send(String method, String path, String body) {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + gateway.port()
                                                + "/v1/notifications/"
                                                + path))
                        .method(
                                method,
                                HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                        .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
    }

    private JsonNode ok(String method, String path, String body) throws IOException {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private void refused(String path, String body, int status, String error) throws IOException {
        HttpResponse<String> answer = send("POST", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(json.readTree(answer.body()).get("title").asText()).isEqualTo(error);
    }

    private static String reserve(long user, String key) {
        return "{'user': %d, 'channel': 'PUSH', 'type': 'like', 'idempotencyKey': '%s'}"
                .formatted(user, key);
    }

    @Test
    void aMessageGoesFromReservationToCommitAndErrorsHaveTheirNames() throws IOException {
        JsonNode granted = ok("POST", "reserve", reserve(1, "a"));
        assertThat(granted.get("outcome").asText()).isEqualTo("GRANTED");
        assertThat(ok("POST", "reserve", reserve(1, "a"))).isEqualTo(granted);
        refused(
                "reserve",
                "{'user': 1, 'channel': 'EMAIL', 'type': 'like', 'idempotencyKey': 'a'}",
                422,
                "IDEMPOTENCY_KEY_REUSED");
        String id = granted.get("reservationId").asText();
        String step = "{'reservationId': '" + id + "', 'fence': %d}";
        refused("begin", step.formatted(999), 409, "FENCED");
        String begin = step.formatted(granted.get("fence").asLong());
        assertThat(ok("POST", "begin", begin).get("state").asText()).isEqualTo("SENDING");
        refused("begin", begin, 409, "SEND_IN_DOUBT");
        String commit = "{'reservationId': '" + id + "', 'providerMessageId': 'p'}";
        assertThat(ok("POST", "commit", commit).get("state").asText()).isEqualTo("COMMITTED");
        refused(
                "release",
                "{'reservationId': '" + id + "', 'proof': 'NOT_ATTEMPTED'}",
                409,
                "ALREADY_COMMITTED");
        refused("commit", "{'reservationId': 'default~1~99'}", 404, "RESERVATION_NOT_FOUND");
        refused("commit", "{'reservationId': 'nonsense'}", 400, "INVALID_ARGUMENT");
        refused(
                "reserve",
                "{'user': 1, 'channel': 'PUSH', 'type': 'like', 'idempotencyKey': 'old',"
                        + " 'expiresAtMillis': 5}",
                409,
                "EXPIRED");
        assertThat(ok("GET", "reservation?id=" + id, "").get("state").asText())
                .isEqualTo("COMMITTED");
    }

    @Test
    void aFullBudgetIsADenialThatSaysWhenToAskAgain() throws IOException {
        for (int i = 0; i < CAP; i++) {
            ok("POST", "reserve", reserve(2, "full" + i));
        }
        JsonNode denied = ok("POST", "reserve", reserve(2, "over"));
        assertThat(denied.get("outcome").asText()).isEqualTo("DENIED");
        assertThat(denied.get("reason").asText()).isEqualTo("USER_DAY_CAP");
        assertThat(denied.get("retryAtMillis").asLong()).isGreaterThan(now.get());
        JsonNode budget = ok("GET", "budget/2", "").get("budget");
        assertThat(budget.get("counters").get(0).get("remaining").asInt()).isZero();
    }

    @Test
    void aDecisionReservesAndIsRepeatedByteForByteAndExplained() throws IOException {
        String body =
                "{'user': 3, 'reserve': true, 'idempotencyKey': 'd1', 'candidates': ["
                        + "{'notificationId': 'weak', 'type': 'like', 'lift': {'PUSH': 0.01}},"
                        + "{'notificationId': 'strong', 'type': 'news', 'lift': {'EMAIL': 0.2}}]}";
        String first = send("POST", "decide", body).body();
        JsonNode decided = json.readTree(first);
        assertThat(decided.get("action").asText()).as(first).isEqualTo("SEND_NOW");
        assertThat(decided.get("notificationId").asText()).isEqualTo("strong");
        assertThat(decided.get("reservation").get("outcome").asText()).isEqualTo("GRANTED");
        assertThat(decided.get("propensity").asDouble()).isEqualTo(1);
        assertThat(decided.get("reasons").get(1).asText()).isEqualTo("CHOSEN");
        JsonNode worth = decided.get("worth");
        assertThat(worth.get("net").asDouble())
                .isEqualTo(
                        worth.get("value").asDouble()
                                - worth.get("disable").asDouble()
                                - worth.get("price").asDouble()
                                - worth.get("opportunity").asDouble());
        assertThat(send("POST", "decide", body).body()).isEqualTo(first);
        String id = decided.get("decisionId").asText();
        assertThat(send("GET", "explain?decisionId=" + id, "").body()).isEqualTo(first);
        refused("decide", body.replace("0.2", "0.3"), 422, "IDEMPOTENCY_KEY_REUSED");
        assertThat(ok("GET", "budget/3", "").at("/budget/counters/0/reserved").asInt())
                .isEqualTo(1);
    }

    @Test
    void whatTheLedgerDeniesWaitsInItsDigestOrIsHeld() throws IOException {
        for (int i = 0; i < CAP; i++) {
            ok("POST", "reserve", reserve(4, "wait" + i));
        }
        String body =
                "{'user': 4, 'reserve': true, 'idempotencyKey': '%s', 'candidates': ["
                        + "{'notificationId': 'n', 'type': 'like', 'lift': {'PUSH': 0.3},"
                        + " 'priority': 'HIGH' %s}]}";
        JsonNode digest = ok("POST", "decide", body.formatted("w1", ", 'digestKey': 'daily'"));
        assertThat(digest.get("action").asText()).isEqualTo("DIGEST");
        assertThat(digest.get("digestKey").asText()).isEqualTo("daily");
        JsonNode held = ok("POST", "decide", body.formatted("w2", ""));
        assertThat(held.get("action").asText()).isEqualTo("HOLD");
        assertThat(held.at("/reservation/reason").asText()).isEqualTo("USER_DAY_CAP");
    }

    @Test
    void aPriceThatIsTooHighHoldsAMessageBackAndABadOneIsRefused() throws IOException {
        int rows = 2 + 5 + 1 + 5 * 24 + 1;
        StringBuilder prices = new StringBuilder("0.1");
        prices.append(", 0".repeat(rows - 1));
        String sheet =
                "{'version': %d, 'types': ['dear'], 'segments': 1, 'prices': [%s], 'bound': 1,"
                        + " 'solvedAtMillis': 0, 'campaigns': [], 'netValues': [0],"
                        + " 'upperBound': 0, 'served': 0}";
        long version = ok("GET", "prices", "").at("/prices/version").asLong() + 1;
        assertThat(
                        ok("PUT", "prices", sheet.formatted(version, prices))
                                .at("/prices/version")
                                .asLong())
                .isEqualTo(version);
        assertThat(send("PUT", "prices", sheet.formatted(version, prices)).statusCode())
                .isEqualTo(422);
        String negative = prices.toString().replaceFirst("0.1", "-0.1");
        assertThat(send("PUT", "prices", sheet.formatted(version + 1, negative)).statusCode())
                .isEqualTo(400);
        String body =
                "{'user': 5, 'idempotencyKey': '%s', 'candidates': ["
                        + "{'notificationId': 'n', 'type': '%s', 'lift': {'PUSH': 0.05}}]}";
        JsonNode dear = ok("POST", "decide", body.formatted("p1", "dear"));
        assertThat(dear.get("action").asText()).isEqualTo("HOLD");
        assertThat(dear.at("/reasons/0").asText()).isEqualTo("BELOW_PRICE");
        assertThat(dear.get("priceVersion").asLong()).isEqualTo(version);
        assertThat(ok("POST", "decide", body.formatted("p2", "cheap")).get("action").asText())
                .isEqualTo("SEND_NOW");
    }

    @Test
    void aPauseStopsATenantAndAPolicyIsTriedBeforeItHolds() throws IOException {
        String policy =
                "{'tenant': 'other', 'version': %d, 'limits': [{'span': 'DAY', 'cap': %d}],"
                        + " 'dryRun': %s}";
        ok("PUT", "policies", policy.formatted(1, 5, false));
        String reserve =
                "{'tenant': 'other', 'user': 6, 'channel': 'PUSH', 'type': 'like',"
                        + " 'idempotencyKey': '%s'}";
        ok("POST", "reserve", reserve.formatted("x1"));
        ok("POST", "reserve", reserve.formatted("x2"));
        JsonNode over = ok("PUT", "policies", policy.formatted(2, 1, true));
        assertThat(over.get("users").get(0).asLong()).isEqualTo(6);
        ok("POST", "pause", "{'tenant': 'other', 'paused': true}");
        refused("reserve", reserve.formatted("x3"), 503, "PAUSED");
        HttpResponse<String> conflict = send("PUT", "policies", policy.formatted(2, 1, false));
        assertThat(conflict.statusCode()).isEqualTo(409);
        assertThat(conflict.body()).contains("POLICY_VERSION_CONFLICT");
        assertThat(ok("GET", "policies?tenant=other", "").at("/policies/0/paused").asBoolean())
                .isTrue();
    }

    @Test
    void anOutcomeToldTwiceCountsOnceAndMessagesAreFound() throws IOException {
        String event = "{'user': 7, 'eventId': 'e', 'kind': 'OPENED', 'channel': 'PUSH'}";
        assertThat(ok("POST", "outcomes", event).get("number").asInt()).isEqualTo(1);
        assertThat(ok("POST", "outcomes", event).get("number").asInt()).isZero();
        assertThat(ok("POST", "candidates", "{'user': 7}").at("/candidates/0/item").asLong())
                .isEqualTo(9);
        assertThat(send("POST", "outcomes", event.replace("OPENED", "OPEN")).body())
                .contains("kind=OPEN");
    }
}
