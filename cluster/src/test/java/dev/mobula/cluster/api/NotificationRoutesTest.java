package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.DecisionLog;
import dev.mobula.actors.notify.DeskParts;
import dev.mobula.actors.notify.ItemScreen;
import dev.mobula.actors.notify.MessageFinder;
import dev.mobula.actors.notify.NotificationDesk;
import dev.mobula.actors.notify.PolicyJudge;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.notify.RuleUse;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.GatewayOptions;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.ranking.notify.decision.Reason;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.Limit;
import dev.mobula.training.columns.ArrowBatches;
import dev.mobula.training.columns.ArrowTypes;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.columns.Values;
import dev.mobula.training.data.ArrowFile;
import dev.mobula.training.log.LogOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
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
    private final AtomicInteger looks = new AtomicInteger();
    private InJvmCluster cluster;
    private Ledgers ledgers;
    private Gateway gateway;
    private DecisionLog log;

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
        NotificationDesk desk = new NotificationDesk(DeskParts.of(ledgers, board, 0, clock));
        List<Route> routes = new ArrayList<>();
        MessageFinder finder =
                (user, limit) -> List.of(new MessageFinder.Found(9, 0.5, List.of("trend")));
        log = DecisionLog.open(state.resolve("decisions"), LogOptions.DEFAULT, clock);
        NotificationDesk logging =
                new NotificationDesk(
                        DeskParts.of(ledgers, board, 0, clock)
                                .withKeeper(desk.keeper())
                                .withScreen(this::look)
                                .withLog(log));
        PolicyJudge judge = new PolicyJudge(log, 0, clock);
        routes.addAll(
                new NotificationRoutes(ledgers, board, logging, finder, clock)
                        .withLog(log)
                        .routes());
        routes.addAll(new BudgetRoutes(ledgers, board, desk.keeper(), Optional.of(judge)).routes());
        routes.addAll(new LearnedRoutes(board, judge, RuleUse.SERVE, clock).routes());
        gateway = Gateway.start(GatewayOptions.onLoopback(0), routes, System::nanoTime);
    }

    /// Item 13 is labelled; how often anybody asked is counted.
    private ItemScreen.Looked look(Collection<Long> items) {
        looks.incrementAndGet();
        return (user, about) -> about.contains(13L) ? Map.of(13L, Reason.LABELLED) : Map.of();
    }

    @AfterAll
    void end() {
        gateway.close();
        log.close();
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
        JsonNode told = ok("GET", "budget/2", "");
        JsonNode budget = told.get("budget");
        assertThat(budget.get("counters").get(0).get("remaining").asInt()).isZero();
        assertThat(told.get("nextResetAtMillis").asLong())
                .isEqualTo(budget.at("/counters/0/endMillis").asLong());
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
        assertThat(dear.at("/worth/prices").toString()).isEqualTo("{\"type/dear\":0.1}");
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

    @Test
    void whatWasSpentAndDeniedIsToldByHourAndChannel() throws IOException {
        String reserve =
                "{'tenant': 'counted', 'user': 8, 'channel': 'EMAIL', 'type': 'like',"
                        + " 'idempotencyKey': '%s'}";
        ok(
                "PUT",
                "policies",
                "{'tenant': 'counted', 'version': 1, 'limits': [{'span': 'DAY', 'cap': 1}]}");
        JsonNode granted = ok("POST", "reserve", reserve.formatted("s1"));
        ok("POST", "reserve", reserve.formatted("s2"));
        ok(
                "POST",
                "begin",
                "{'reservationId': '%s', 'fence': %d}"
                        .formatted(
                                granted.get("reservationId").asText(),
                                granted.get("fence").asLong()));
        JsonNode told = ok("GET", "spending?tenant=counted", "").get("spending");
        assertThat(told).hasSize(1);
        assertThat(told.at("/0/channel").asText()).isEqualTo("EMAIL");
        assertThat(told.at("/0/granted").asInt()).isEqualTo(1);
        assertThat(told.at("/0/begun").asInt()).isEqualTo(1);
        assertThat(told.at("/0/denied/USER_DAY_CAP").asInt()).isEqualTo(1);
        assertThat(ok("GET", "spending?tenant=nobody", "").get("spending")).isEmpty();
    }

    @Test
    void pricesAreSolvedFromWhatWasDecidedAndCurvesSayWhatAMessageAdds() throws IOException {
        for (int user = 100; user < 160; user++) {
            ok(
                    "POST",
                    "decide",
                    "{'user': %d, 'idempotencyKey': 'solve-%d', 'candidates': [{'notificationId': 'n', 'type': 'like', 'lift': {'SMS': %s}}]}"
                            .formatted(user, user, (user - 99) * 1e-3));
        }
        JsonNode solved =
                ok(
                        "POST",
                        "prices/solve",
                        "{'budgets': {'channel/SMS': 100}, 'opportunities': 400}");
        assertThat(solved.get("published").asBoolean()).isTrue();
        assertThat(solved.get("served").asDouble())
                .isGreaterThan(solved.get("firstCome").asDouble());
        JsonNode prices = ok("GET", "prices", "").get("prices");
        assertThat(prices.at("/budgets/channel~1SMS").asInt()).isEqualTo(100);
        assertThat(prices.get("prices").get(4).asDouble()).as("price of SMS").isPositive();
        refused(
                "prices/solve",
                "{'budgets': {'channel/OWL': 1}, 'opportunities': 9}",
                400,
                "INVALID_ARGUMENT");
        ok(
                "PUT",
                "curves",
                "{'features': 1, 'response': [0, -1, 1, -1, 0],"
                        + " 'disable': [0, -9, 0, -9], 'message': 0.001}");
        String told =
                "{'user': 200, 'features': [%d], 'idempotencyKey': 'curve-%d', 'candidates': ["
                        + "{'notificationId': 'n', 'type': 'like', 'channels': ['PUSH']}]}";
        double little = ok("POST", "decide", told.formatted(-1, 1)).at("/worth/value").asDouble();
        double much = ok("POST", "decide", told.formatted(1, 2)).at("/worth/value").asDouble();
        assertThat(much).isGreaterThan(1.5 * little).isLessThan(1);
        assertThat(little).isPositive();
        int plan = ok("GET", "budget/200?features=1", "").get("plan").asInt();
        assertThat(plan).as("messages of a period").isPositive();
        assertThat(send("GET", "budget/200?features=x", "").statusCode()).isEqualTo(400);
        refused("decide", told.formatted(1, 3).replace("[1]", "[1, 2]"), 400, "INVALID_ARGUMENT");
    }

    @Test
    void whatCameOfDecisionsIsLoggedAndAnotherPolicyJudgedByIt() throws IOException {
        JsonNode decided =
                ok(
                        "POST",
                        "decide",
                        "{'user': 501, 'idempotencyKey': 'judged', 'candidates': [{'notificationId': 'n', 'type': 'like', 'lift': {'PUSH': 0.07}}]}");
        String id = decided.get("decisionId").asText();
        String outcome =
                "{'user': 501, 'eventId': 'judged-1', 'decisionId': '%s', 'kind': 'OPENED', 'channel': 'PUSH'}";
        ok("POST", "outcomes", outcome.formatted(id));
        ok("POST", "outcomes", outcome.formatted(id));
        JsonNode judged = ok("POST", "evaluate", "{'threshold': 0.01, 'settledHours': 0}");
        assertThat(judged.get("rounds").asInt()).isPositive();
        assertThat(judged.get("promotes").asBoolean()).isFalse();
        assertThat(judged.get("reasons").toString()).contains("effective sample size");
        refused("evaluate", "{'threshold': 0.01, 'lossMax': -1}", 400, "INVALID_ARGUMENT");
    }

    @Test
    void aMessageIsWordedInOneOfItsWaysWithTheProbabilityTold() throws IOException {
        JsonNode decided =
                ok(
                        "POST",
                        "decide",
                        "{'user': 601, 'idempotencyKey': 'worded', 'candidates': [{'notificationId': 'n', 'type': 'like', 'lift': {'PUSH': 0.07}, 'templates': ['short', 'long']}]}");
        assertThat(decided.get("template").asText()).isIn("short", "long");
        assertThat(decided.get("templatePropensity").asDouble()).isEqualTo(0.5);
        refused(
                "decide",
                "{'user': 602, 'idempotencyKey': 'worded', 'candidates': [{'notificationId': 'n', 'type': 'like', 'lift': {'PUSH': 0.07}, 'templates': ['same', 'same']}]}",
                400,
                "INVALID_ARGUMENT");
    }

    @Test
    void aBatchOfDecisionsHasAStatusForEachOfThem() throws IOException {
        String ask =
                "{'user': %d, 'idempotencyKey': 'j%d', 'reserve': true, 'candidates': [{"
                        + "'notificationId': 'n', 'type': 'like', 'lift': {'%s': 0.1}}]}";
        String asks =
                String.join(
                        ",",
                        ask.formatted(301, 1, "PUSH"),
                        ask.formatted(302, 2, "OWL"),
                        ask.formatted(303, 3, "EMAIL"));
        JsonNode told = ok("POST", "decide/batch", "{'asks': [" + asks + "]}").get("decisions");
        assertThat(told.findValuesAsText("status")).containsExactly("200", "400", "200");
        assertThat(told.at("/0/decision/reservation/outcome").asText()).isEqualTo("GRANTED");
        assertThat(told.at("/1/problem/detail").asText()).contains("OWL");
        assertThat(told.at("/2/decision/channel").asText()).isEqualTo("EMAIL");
        assertThat(send("POST", "decide/batch", "{'asks': []}").statusCode()).isEqualTo(400);
    }

    @Test
    void noMessageIsSentAboutWhatIsLabelledAndABatchIsLookedAtOnce() throws IOException {
        String candidate =
                "{'notificationId': 'n%d', 'type': 'like', 'lift': {'PUSH': 0.1}, 'item': %d}";
        String ask = "{'user': %d, 'idempotencyKey': 'labelled-%d', 'candidates': [%s]}";
        JsonNode none = ok("POST", "decide", ask.formatted(701, 1, candidate.formatted(1, 13)));
        assertThat(none.get("action").asText()).isEqualTo("DROP");
        assertThat(none.at("/reasons/0").asText()).isEqualTo("LABELLED");
        int before = looks.get();
        String both = candidate.formatted(1, 13) + "," + candidate.formatted(2, 14);
        String asks =
                String.join(
                        ",",
                        ask.formatted(702, 2, candidate.formatted(1, 13)),
                        ask.formatted(703, 3, both),
                        "{'user': 704}");
        JsonNode told = ok("POST", "decide/batch", "{'asks': [" + asks + "]}").get("decisions");
        assertThat(looks.get() - before).isEqualTo(1);
        assertThat(told.at("/0/decision/action").asText()).isEqualTo("DROP");
        assertThat(told.at("/1/decision/notificationId").asText()).isEqualTo("n2");
        assertThat(told.at("/1/decision/reasons/0").asText()).isEqualTo("LABELLED");
        assertThat(told.at("/2/status").asInt()).isEqualTo(400);
    }

    /// Two candidates of one person, one of another without a type, one of a third.
    @Test
    void anArrowFileOfCandidatesIsAnsweredWithOneOfDecisionsAndTheSameAgain(@TempDir Path folder)
            throws Exception {
        TableSchema schema =
                TableSchema.of(
                        Column.of("idempotencyKey", Column.Kind.TEXT),
                        Column.of("user", Column.Kind.WHOLE),
                        Column.of("notificationId", Column.Kind.TEXT),
                        Column.of("type", Column.Kind.TEXT),
                        Column.of("push", Column.Kind.NUMBER),
                        Column.of("email", Column.Kind.REAL),
                        Column.of("item", Column.Kind.WHOLE));
        Rows rows = new Rows(schema);
        add(rows, "a1", 401, "weak", "like", 0.01);
        add(rows, "a1", 401, "strong", "like", 0.09);
        add(rows, "a1", 401, "labelled", "like", 0.5);
        add(rows, "a2", 402, "untyped", "", 0.02);
        add(rows, "a3", 403, "third", "like", 0.03);
        byte[] first = postArrow(arrow(rows));
        Rows decided = read(folder, first);
        assertThat(decided.size()).isEqualTo(3);
        TableSchema told = decided.schema();
        assertThat(texts(decided, "idempotencyKey")).containsExactly("a1", "a2", "a3");
        assertThat(texts(decided, "notificationId")).containsExactly("strong", "", "third");
        assertThat(texts(decided, "action")).containsExactly("SEND_NOW", "", "SEND_NOW");
        Values.Lists reasons = decided.lists(told.require("reasons"));
        Values.Texts named = (Values.Texts) reasons.elements();
        assertThat(named.get(reasons.start(0) + 2)).isEqualTo("LABELLED");
        assertThat(decided.wholes(told.require("status")).get(1)).isEqualTo(400);
        assertThat(decided.texts(told.require("error")).get(1)).contains("type");
        assertThat(decided.numbers(told.require("propensity")).get(0)).isEqualTo(1);
        assertThat(postArrow(arrow(rows))).isEqualTo(first);
        assertThat(arrowAnswer("not arrow".getBytes(StandardCharsets.UTF_8)).statusCode())
                .isEqualTo(400);
    }

    private static void add(
            Rows rows, String key, long user, String notification, String type, double push) {
        rows.texts(0).add(key);
        rows.wholes(1).add(user);
        rows.texts(2).add(notification);
        if (type.isEmpty()) {
            rows.texts(3).addMissing();
        } else {
            rows.texts(3).add(type);
        }
        rows.numbers(4).add(push);
        rows.reals(5).addMissing();
        rows.wholes(6).add(notification.equals("labelled") ? 13 : 14);
        rows.endRow();
    }

    private static byte[] arrow(Rows rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (BufferAllocator memory = new RootAllocator();
                VectorSchemaRoot root =
                        VectorSchemaRoot.create(ArrowTypes.schema(rows.schema()), memory);
                ArrowFileWriter writer =
                        new ArrowFileWriter(root, null, Channels.newChannel(out))) {
            ArrowBatches.write(rows, 0, rows.size(), root);
            writer.start();
            writer.writeBatch();
            writer.end();
        }
        return out.toByteArray();
    }

    private HttpResponse<byte[]> arrowAnswer(byte[] body) {
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + gateway.port()
                                                + "/v1/notifications/decide/batch"))
                        .header("Content-Type", "application/vnd.apache.arrow.file")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build();
        return client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray()).join();
    }

    private byte[] postArrow(byte[] body) {
        HttpResponse<byte[]> answer = arrowAnswer(body);
        assertThat(answer.statusCode())
                .as(new String(answer.body(), StandardCharsets.UTF_8))
                .isEqualTo(200);
        return answer.body();
    }

    private static Rows read(Path folder, byte[] file) throws IOException {
        Path path = Files.write(folder.resolve("decisions.arrow"), file);
        try (ArrowFile reader = ArrowFile.open(path, Optional.empty())) {
            Rows rows = new Rows(reader.schema());
            reader.next(rows, 1_000);
            return rows;
        }
    }

    private static List<String> texts(Rows rows, String column) {
        int at = rows.schema().require(column);
        return IntStream.range(0, rows.size())
                .mapToObj(row -> rows.values(at).isMissing(row) ? "" : rows.texts(at).get(row))
                .toList();
    }
}
