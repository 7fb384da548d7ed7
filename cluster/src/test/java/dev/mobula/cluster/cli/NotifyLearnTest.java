package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.Ask;
import dev.mobula.actors.notify.DecisionLog;
import dev.mobula.actors.notify.DeskParts;
import dev.mobula.actors.notify.NotificationDesk;
import dev.mobula.actors.notify.PolicyJudge;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.notify.RuleUse;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.api.LearnedRoutes;
import dev.mobula.cluster.api.NotificationRoutes;
import dev.mobula.cluster.engine.LogsConfig;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.GatewayOptions;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.decision.Action;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.ranking.notify.ledger.UserKey;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.SegmentLog;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// From decisions over HTTP to a rule that decisions follow, and back: messages of 0.1 are opened, those of 0.05 annoy.
@Timeout(180)
final class NotifyLearnTest {
    private static final double EXPLORATION = 0.3;
    private static final int ASKS = 1_000;

    @TempDir Path state;

    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = JsonMapper.builder().build();
    private final SplittableRandom random = new SplittableRandom(4);
    private InJvmCluster cluster;
    private Gateway gateway;
    private DecisionLog log;
    private NotificationDesk trial;

    @BeforeEach
    void start() throws IOException {
        cluster = new InJvmCluster(Optional.of(state));
        Ledgers ledgers = Ledgers.spawn(cluster, "ledger", 1);
        ledgers.putPolicy("default", BudgetPolicy.ofDailyCap(9, ZoneOffset.UTC));
        InstantSource clock = InstantSource.system();
        PriceBoard board = PriceBoard.open(cluster, "prices", System::nanoTime);
        log = DecisionLog.open(LogsConfig.decisionsOf(state), LogOptions.DEFAULT, clock);
        NotificationDesk desk = desk(ledgers, board);
        List<Route> routes = new ArrayList<>();
        routes.addAll(
                new NotificationRoutes(ledgers, board, desk, (user, limit) -> List.of(), clock)
                        .withLog(log)
                        .routes());
        PolicyJudge judge = new PolicyJudge(log, EXPLORATION, clock);
        routes.addAll(new LearnedRoutes(board, judge, RuleUse.SERVE, clock).routes());
        gateway = Gateway.start(GatewayOptions.onLoopback(0), routes, System::nanoTime);
    }

    private NotificationDesk desk(Ledgers ledgers, PriceBoard board) {
        DeskParts parts =
                DeskParts.of(ledgers, board, EXPLORATION, InstantSource.system()).withLog(log);
        trial = new NotificationDesk(parts.withTrial(1));
        return new NotificationDesk(parts);
    }

    @AfterEach
    void end() {
        gateway.close();
        log.close();
        cluster.close();
    }

    private HttpResponse<String> send(String method, String path, String body) throws Exception {
        String place = "http://127.0.0.1:" + gateway.port() + "/v1/notifications/" + path;
        return client.send(
                HttpRequest.newBuilder(URI.create(place))
                        .method(
                                method,
                                HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private JsonNode ok(String method, String path, String body) throws Exception {
        HttpResponse<String> answer = send(method, path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private static String ask(int user, String key) {
        return "{'user': %d, 'idempotencyKey': '%s', 'candidates': [{'notificationId': 'n', 'type': 'like', 'lift': {'PUSH': %s}}]}"
                .formatted(user, key, isStrong(user) ? "0.1" : "0.05");
    }

    private static boolean isStrong(int user) {
        return user % 2 == 0;
    }

    private void live(int from) throws Exception {
        String asks =
                IntStream.range(from, from + ASKS)
                        .mapToObj(user -> ask(user, "k" + user))
                        .collect(Collectors.joining(","));
        JsonNode told = ok("POST", "decide/batch", "{'asks': [" + asks + "]}").get("decisions");
        for (int i = 0; i < ASKS; i++) {
            JsonNode decision = told.get(i).get("decision");
            boolean strong = isStrong(from + i);
            if (decision.get("action").asText().startsWith("SEND")
                    && random.nextDouble() < (strong ? 0.5 : 0.2)) {
                ok(
                        "POST",
                        "outcomes",
                        "{'user': %d, 'eventId': 'e', 'decisionId': '%s', 'kind': '%s', 'channel': 'PUSH'}"
                                .formatted(
                                        from + i,
                                        decision.get("decisionId").asText(),
                                        strong ? "OPENED" : "DISABLED"));
            }
        }
    }

    @Test
    void aRuleIsLearnedFromTheLogLetThroughByTheGateFollowedAndTakenBack() throws Exception {
        for (int from = 0; from < 4 * ASKS; from += ASKS) {
            live(from);
        }
        Path file = state.resolve("rule.json");
        Said said = new Said(NotifyCommand::of);
        int code =
                said.run(
                        "learn",
                        "--state",
                        state,
                        "--out",
                        file,
                        "--settled",
                        0,
                        "--steps",
                        1_500,
                        "--exploration",
                        EXPLORATION,
                        "--loss-max",
                        0.03);
        assertThat(code).as(said.out() + said.err()).isZero();
        assertThat(said.out()).contains("judged by", "harm of a decision");
        String rule = Files.readString(file);
        String gate = "'settledHours': 0, 'lossMax': 0.03";
        String put = "{'rule': %s, 'serves': %s, " + gate + "}";
        ok("PUT", "rule", put.formatted(rule, false));
        assertThat(reason("shadowed")).isIn("CHOSEN", "HOLDOUT");
        JsonNode let = ok("PUT", "rule", "{'serves': true, " + gate + "}");
        assertThat(let.at("/inForce/follows").asBoolean()).isTrue();
        assertThat(let.at("/history/2/note").asText()).contains("decisions, effective", "reward");
        assertThat(reason("followed")).isIn("HELD", "CHOSEN");
        int held = 0;
        for (int i = 0; i < 40; i++) {
            held += reason("many" + i).equals("HELD") ? 1 : 0;
        }
        assertThat(held).as("of 40, but for chance").isBetween(15, 38);
        ok("DELETE", "rule", "");
        assertThat(reason("without")).isIn("CHOSEN", "HOLDOUT");
        long version = let.at("/inForce/version").asLong();
        JsonNode back = ok("POST", "learned/rollback", "{'version': " + version + "}");
        assertThat(back.at("/inForce/follows").asBoolean()).isTrue();
        assertThat(send("POST", "learned/rollback", "{'version': 99}").statusCode()).isEqualTo(404);
    }

    private String reason(String key) throws Exception {
        return ok("POST", "decide", ask(90_001, key)).at("/reasons/0").asText();
    }

    @Test
    void aRuleThatTheLogDoesNotSpeakForIsRefusedWithTheNumbers() throws Exception {
        live(0);
        String names =
                "['fatigue','sendsLeft','opportunitiesLeft','hoursSinceMessage','hoursSinceOpen','openRate','value','disableCost','priceCost','opportunityCost','hoursToWait','weekend','hourSine','hourCosine']";
        String never =
                "{'rule': {'state': %s, 'hidden': 1, 'mean': [0,0,0,0,0,0,0,0,0,0,0,0,0,0], 'scale': [1,1,1,1,1,1,1,1,1,1,1,1,1,1], 'unit': 1, 'weights': [0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,-1]}, 'serves': true, 'settledHours': 0}"
                        .formatted(names);
        HttpResponse<String> refused = send("PUT", "rule", never);
        assertThat(refused.statusCode()).isEqualTo(422);
        assertThat(refused.body())
                .contains("NOT_PROMOTED", "reward may fall by", "effective sample size");
        assertThat(
                        ok("GET", "learned", "").at("/inForce/rule").isMissingNode()
                                || ok("GET", "learned", "").at("/inForce/rule").isNull())
                .isTrue();
        assertThat(send("PUT", "rule", "{'serves': true}").body()).contains("none is in force");
        assertThat(send("PUT", "rule", never.replace("fatigue", "mood")).statusCode())
                .isEqualTo(400);
    }

    /// In the weeks of the trial people come because of messages.
    @Test
    void curvesAreFittedToTheLogPutToWorkAndTakenBack() throws Exception {
        TableSchema schema =
                TableSchema.of(
                        Column.of("user", Column.Kind.WHOLE),
                        Column.of("time", Column.Kind.INSTANT),
                        Column.of("surface", Column.Kind.TEXT));
        Rows pages = new Rows(schema);
        long now = System.currentTimeMillis();
        for (int user = 0; user < ASKS; user++) {
            boolean sent = false;
            for (int time = 0; time < 2; time++) {
                sent |= trial.decide(message(user, time, now)).action() == Action.SEND_NOW;
            }
            boolean comes = random.nextDouble() < (sent ? 0.7 : 0.1);
            pages.wholes(0).add(user);
            pages.wholes(1).add(1_000 * now);
            pages.texts(2).add(comes ? "home" : "push");
            pages.endRow();
        }
        try (SegmentLog served =
                SegmentLog.open(
                        LogsConfig.pagesOf(state),
                        schema,
                        LogOptions.DEFAULT,
                        InstantSource.system())) {
            served.append(pages);
        }
        Path file = state.resolve("curves.json");
        String url = "http://127.0.0.1:" + gateway.port();
        Said early = new Said(NotifyCommand::of);
        assertThat(early.run("fit", "--state", state)).as("the week is not over").isNotZero();
        assertThat(early.err()).contains("weeks of the trial");
        InstantSource later =
                InstantSource.fixed(Instant.ofEpochMilli(now).plus(Duration.ofDays(8)));
        Said said = new Said(console -> NotifyCommand.of(console, later));
        int code =
                said.run("fit", "--state", state, "--out", file, "--put", url, "--weeks-min", 900);
        assertThat(code).as(said.out() + said.err()).isZero();
        assertThat(said.out()).contains("1000 weeks of people");
        JsonNode learned = ok("GET", "learned", "");
        assertThat(learned.at("/inForce/curves/features").asInt()).isEqualTo(1);
        assertThat(learned.at("/history/1/note").asText()).contains("1000 weeks of people");
        double value =
                ok(
                                "POST",
                                "decide",
                                "{'user': 77, 'features': [0.5], 'idempotencyKey': '%s', 'candidates': [{'notificationId': 'n', 'type': 'like', 'channels': ['PUSH']}]}"
                                        .formatted("c1"))
                        .at("/worth/value")
                        .asDouble();
        assertThat(value).as("what a first message adds").isBetween(0.3, 0.8);
        assertThat(said.run("learned", "--url", url, "--roll-back", 0)).isZero();
        assertThat(ok("GET", "learned", "").at("/inForce/curves").isNull()).isTrue();
    }

    private static Ask message(int user, int time, long now) {
        Ask.Candidate message =
                new Ask.Candidate(
                        "n",
                        "like",
                        "",
                        Priority.NORMAL,
                        Map.of(Channel.PUSH, 0.1),
                        1,
                        0,
                        now + Duration.ofHours(20).toMillis(),
                        "",
                        "",
                        List.of(),
                        List.of(),
                        Optional.empty());
        UserKey owner = new UserKey("default", user);
        return new Ask(owner, 0, 0, 1, List.of(message), "t" + time, false, List.of(0.5));
    }
}
