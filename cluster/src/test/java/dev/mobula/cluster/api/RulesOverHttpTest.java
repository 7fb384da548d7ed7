package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mobula.cluster.client.Calls.ItemRow;
import dev.mobula.cluster.engine.SafetyConfig;
import dev.mobula.cluster.engine.SafetyLearningConfig;
import dev.mobula.cluster.engine.SmallEngine;
import dev.mobula.ranking.safety.NgramFolder;
import dev.mobula.ranking.safety.TextModelFolder;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.evaluate.Progress;
import dev.mobula.training.safety.LabelledTexts;
import dev.mobula.training.safety.NgramSettings;
import dev.mobula.training.safety.NgramTraining;
import dev.mobula.training.safety.RuleShelf;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What is promoted is at work in an engine that runs.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class RulesOverHttpTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    @TempDir private static Path folder;

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http = HttpClient.newHttpClient();
    private SmallEngine small;

    @BeforeAll
    void start() throws IOException {
        Files.createDirectories(folder.resolve("lists"));
        Files.writeString(folder.resolve("lists/bad.links"), "evil.example\n");
        SafetyConfig safety =
                SafetyConfig.DEFAULT
                        .withBundles(folder.resolve("safety"))
                        .withRules(folder.resolve("rules"), folder.resolve("lists"))
                        .withLearning(
                                new SafetyLearningConfig(
                                        Duration.ZERO,
                                        Optional.of(labelled(folder.resolve("texts.csv"))),
                                        4,
                                        6,
                                        false));
        small = new SmallEngine(folder.resolve("state"), SmallEngine.SETTINGS.withSafety(safety));
    }

    private static Path labelled(Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of("text,label"));
        SplittableRandom random = new SplittableRandom(5);
        List<String> good = List.of("bread", "music", "river", "garden", "winter", "letter");
        List<String> bad = List.of("casino", "bonus", "free", "pills", "winner", "crypto");
        for (int i = 0; i < 400; i++) {
            List<String> words = i % 2 == 0 ? good : bad;
            StringBuilder text = new StringBuilder();
            for (int word = 0; word < 8; word++) {
                text.append(words.get(random.nextInt(words.size()))).append(' ');
                text.append(Integer.toString(random.nextInt(46_656), 36)).append(' ');
            }
            lines.add(text + (i % 2 == 0 ? ",ham" : ",spam"));
        }
        return Files.write(file, lines);
    }

    @AfterAll
    void end() {
        small.close();
    }

    private JsonNode ask(String method, String path, String body) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(small.uri().resolve(path))
                        .method(method, BodyPublishers.ofString(body))
                        .build();
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private static void await(Callable<Boolean> holds) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!holds.call()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
    }

    private void post(long id, String title) {
        ItemRow row = ItemRow.of(id, 5_000 + id, Map.of("title", title));
        assertThat(small.client.putItems(List.of(row.withEmbedding(1, 0, 0, 0))).accepted())
                .isEqualTo(1);
    }

    private String labels(long item) throws Exception {
        return ask("GET", "/v1/labels?items=" + item, "").toString();
    }

    @Test
    void aPromotedRuleActsOnWhatIsPutAndTheOneSwitchStopsIt() throws Exception {
        RuleShelf shelf = RuleShelf.open(folder.resolve("rules"), InstantSource.system());
        String source =
                "rule linked { when in_set(\"bad\", event.text) then label(\"spam\", 7d), review(\"spam\") }";
        shelf.shadow(source, "");
        shelf.tested(source, 10, List.of());
        shelf.promote("");
        await(() -> ask("GET", "/v1/safety/rules", "").get("active").asInt() == 1);
        post(1, "see https://evil.example/x");
        post(2, "see https://good.example/x");
        await(() -> labels(1).contains("\"spam\""));
        assertThat(labels(2)).doesNotContain("spam");
        JsonNode events = ask("GET", "/v1/safety/rules/events?limit=10", "").get("events");
        assertThat(events.findValuesAsText("subject")).contains("item:1");
        assertThat(ask("PUT", "/v1/safety/actions", "{\"on\": false}").get("on").asBoolean())
                .isFalse();
        post(3, "again https://evil.example/y");
        await(() -> withheld() == 1);
        assertThat(labels(3)).doesNotContain("spam");
        ask("PUT", "/v1/safety/actions", "{\"on\": true}");
        post(4, "still https://evil.example/z");
        await(() -> labels(4).contains("\"spam\""));
        assertThat(ask("POST", "/v1/safety/rules/resume", "{\"rule\": \"linked\"}").toString())
                .isEqualTo("{\"resumed\":true}");
    }

    private int withheld() throws Exception {
        return ask("GET", "/v1/safety/rules", "").get("rules").get(0).get("withheld").asInt();
    }

    @Test
    void scansAreJudgedByAPromotedModelWithoutARestart() throws Exception {
        String scan = "{\"parts\": [{\"text\": \"casino bonus free pills winner\"}]}";
        assertThat(ask("POST", "/v1/scan", scan).get("models")).isEmpty();
        BundleStore store =
                BundleStore.open(folder.resolve("safety"), 1 << 30, InstantSource.system());
        store.promote(published(store, "first"), "a test", (done, total) -> {});
        await(() -> models(scan).contains("first"));
        assertThat(ask("POST", "/v1/scan", scan).get("scores").has("spam")).isTrue();
        store.promote(published(store, "second"), "a test", (done, total) -> {});
        await(() -> models(scan).contains("second"));
        store.rollback("a test", (done, total) -> {});
        await(() -> models(scan).contains("first"));
    }

    private String models(String scan) throws Exception {
        return ask("POST", "/v1/scan", scan).get("models").toString();
    }

    @Test
    void postsAreQueuedPeopleDecideAndWhatTheyDecidedIsLearned() throws Exception {
        BundleStore store =
                BundleStore.open(folder.resolve("safety"), 1 << 30, InstantSource.system());
        store.promote(published(store, "third"), "a test", (done, total) -> {});
        String before = store.promotions().promoted().orElseThrow();
        for (int i = 0; i < 12; i++) {
            post(200 + i, "an airdrop for your wallet " + i);
        }
        await(() -> events().containsAll(List.of("item:200", "item:211")));
        turn();
        assertThat(learning().get("queued").asInt()).isPositive();
        int decided = 0;
        while (decided < 6) {
            JsonNode leased = ask("POST", "/v1/review/lease", "{\"reviewer\": \"jo\"}");
            if (!leased.hasNonNull("found")) {
                break;
            }
            long id = leased.get("found").get("id").asLong();
            String decision = "\"action\": \"label\", \"label\": \"spam\"}";
            ask(
                    "POST",
                    "/v1/review/decisions",
                    "{\"reviewer\": \"jo\", \"caseId\": " + id + ", " + decision);
            decided++;
        }
        assertThat(decided).as("cases").isGreaterThanOrEqualTo(4);
        JsonNode decisions = ask("GET", "/v1/safety/learning/decisions", "").get("decisions");
        assertThat(decisions).hasSizeGreaterThanOrEqualTo(4);
        assertThat(decisions.findValuesAsText("text")).anyMatch(text -> text.contains("airdrop"));
        turn();
        assertThat(learning().path("failure").asText("")).isEmpty();
        assertThat(learning().get("against")).isEmpty();
        assertThat(store.promotions().promoted()).isPresent().get().isNotEqualTo(before);
        assertThat(learning().get("bundle").asText())
                .isEqualTo(store.promotions().promoted().orElseThrow());
    }

    private List<String> events() throws Exception {
        return ask("GET", "/v1/safety/rules/events?limit=1000", "")
                .get("events")
                .findValuesAsText("subject");
    }

    private JsonNode learning() throws Exception {
        return ask("GET", "/v1/safety/learning", "");
    }

    private void turn() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(small.uri().resolve("/v1/safety/learning/turns"))
                        .POST(BodyPublishers.noBody())
                        .build();
        assertThat(http.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(202);
        await(() -> !learning().get("turning").asBoolean());
    }

    private static String published(BundleStore store, String version) throws IOException {
        List<String> texts = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            texts.add((i % 2 == 0 ? "bread music river " : "casino bonus free pills ") + i * 7_919);
            names.add(i % 2 == 0 ? "ham" : "spam");
        }
        Path model = folder.resolve(version);
        TextModelFolder.save(
                model,
                new NgramTraining(NgramSettings.usual().withSize(12, 1), Progress.NONE)
                        .train(
                                version,
                                LabelledTexts.of(texts, names),
                                IntStream.range(0, texts.size()).toArray())
                        .model());
        Lineage lineage = new Lineage("", "", "", "", Map.of("texts", "0"), List.of());
        return store.publish(
                new BundleDraft("text", lineage, Evidence.NONE)
                        .add(Role.SAFETY_MODEL, NgramFolder.PART, model));
    }
}
