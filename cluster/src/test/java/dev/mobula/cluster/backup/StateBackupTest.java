package dev.mobula.cluster.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.actors.notify.DecisionHistory;
import dev.mobula.actors.notify.LearnedWording;
import dev.mobula.actors.notify.Wording;
import dev.mobula.cluster.client.Calls.Event;
import dev.mobula.cluster.client.Calls.ItemRow;
import dev.mobula.cluster.engine.LogsConfig;
import dev.mobula.cluster.engine.SmallEngine;
import dev.mobula.testing.Seeds;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateBackupTest {
    @TempDir private Path folder;

    private final StateBackup backups = new StateBackup(bytes -> {});

    @Test
    void aRestoredEngineHasEveryItemEdgeAndEventOfTheBackup() throws Exception {
        Path state = folder.resolve("state");
        Files.createDirectories(state);
        try (SmallEngine engine = new SmallEngine(state)) {
            engine.client.putItems(List.of(row(1), row(2), row(3)));
            engine.client.draw(7, "follows", 8);
            engine.client.record(List.of(Event.of(7, 2, "like")));
            assertThatThrownBy(() -> backups.backUp(state, folder.resolve("early"), 1))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("runs on")
                    .hasMessageContaining("end the engine first");
        }
        Path backup = folder.resolve("backup");
        StateBackup.Done done = backups.backUp(state, backup, 1);
        assertThat(done.bytes()).isPositive();
        try (SmallEngine engine = new SmallEngine(state)) {
            engine.client.deleteItems(2);
        }
        Path restored = folder.resolve("restored");
        assertThat(backups.restore(backup, restored)).isEqualTo(done);
        try (SmallEngine engine = new SmallEngine(restored)) {
            for (long id = 1; id <= 3; id++) {
                assertThat(engine.client.item(id)).isPresent();
            }
            assertThat(engine.client.user(7).get("follows").get(0).asLong()).isEqualTo(8);
            assertThat(engine.client.user(7).get("events").get(0).get("kind").asText())
                    .isEqualTo("like");
            assertThat(engine.client.similar(new float[] {1, 0, 0, 0}, 5).ids())
                    .contains(1L, 2L, 3L);
        }
        assertThat(folder.resolve("early")).doesNotExist();
    }

    /// Messages are sent after the backup of which the restored engine cannot know.
    @Test
    void aRestoredEngineDecidesByWhatItLearnedAndWhatItMayHaveSentIsSpent() throws Exception {
        Path state = Files.createDirectories(folder.resolve("state"));
        String counted = RESERVE.replace("'like'", "'like', 'counters': ['campaign/spring']");
        String decided;
        String learned;
        String reserved;
        String spent;
        Wording.Chosen worded;
        try (SmallEngine engine = new SmallEngine(state)) {
            Asking ask = new Asking(engine);
            ask.ok("PUT", "curves", CURVES);
            learned = ask.ok("GET", "learned", "");
            ask.ok("PUT", "caps", "{'counter': 'campaign/spring', 'cap': 10}");
            decided = ask.ok("POST", "decide", DECIDE.formatted("d1"));
            reserved = ask.ok("POST", "reserve", counted.formatted(2, "r1"));
            assertThat(reserved).contains("GRANTED");
            ask.ok("POST", "outcomes", OUTCOME);
            spent = ask.ok("GET", "spending", "");
            worded =
                    LearnedWording.open(engine.cluster, "templates")
                            .choose("d9", 9, List.of("a", "b"), 1_000);
        }
        Path backup = folder.resolve("backup");
        backups.backUp(state, backup, 1);
        try (SmallEngine engine = new SmallEngine(state)) {
            assertThat(new Asking(engine).ok("POST", "reserve", counted.formatted(3, "r2")))
                    .contains("GRANTED");
        }
        Path restored = folder.resolve("restored");
        backups.restore(backup, restored);
        assertThat(decisions(restored)).hasSameSizeAs(decisions(state)).isNotEmpty();
        try (SmallEngine engine = new SmallEngine(restored)) {
            Asking ask = new Asking(engine);
            assertThat(history(ask.ok("GET", "learned", ""))).isEqualTo(history(learned));
            assertThat(ask.ok("POST", "decide", DECIDE.formatted("d1"))).isEqualTo(decided);
            assertThat(
                            LearnedWording.open(engine.cluster, "templates")
                                    .choose("d9", 9, List.of("a", "b"), 2_000))
                    .isEqualTo(worded);
            assertThat(ask.ok("GET", "spending", "")).isEqualTo(spent).contains("granted");
            for (int user = 2; user <= 4; user++) {
                assertThat(ask.ok("POST", "reserve", RESERVE.formatted(user, "late" + user)))
                        .as("user %d", user)
                        .contains("DENIED")
                        .contains("_CAP")
                        .contains("retryAtMillis");
            }
            JsonNode grant = JSON.readTree(reserved);
            String begin =
                    "{'reservationId': '%s', 'fence': %d}"
                            .formatted(
                                    grant.get("reservationId").asText(),
                                    grant.get("fence").asLong());
            assertThat(ask.send("POST", "begin", begin).body()).contains("FENCED");
            ask.ok("POST", "outcomes", OUTCOME.replace("'e1'", "'e2'"));
            assertThat(ask.ok("PUT", "caps", "{'counter': 'campaign/spring', 'cap': 10}"))
                    .as("what is left of it")
                    .contains("\"number\":0");
        }
        assertThat(decisions(restored).getFirst().came()).isNotEmpty();
    }

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String CURVES =
            "{'features': 0, 'response': [-1, -2, 0], 'disable': [-7, -8], 'note': 'fitted'}";
    private static final String DECIDE =
            "{'user': 1, 'reserve': true, 'idempotencyKey': '%s', 'candidates': [{'notificationId': 'n', 'type': 'like', 'lift': {'PUSH': 0.1}, 'templates': ['a', 'b']}]}";
    private static final String RESERVE =
            "{'user': %d, 'channel': 'PUSH', 'type': 'like', 'idempotencyKey': '%s'}";
    private static final String OUTCOME =
            "{'user': 1, 'eventId': 'e1', 'decisionId': 'default~1~d1', 'kind': 'OPENED', 'channel': 'PUSH'}";

    private static List<DecisionHistory.Round> decisions(Path state) {
        return DecisionHistory.read(LogsConfig.decisionsOf(state), Long.MAX_VALUE);
    }

    private static JsonNode history(String learned) throws IOException {
        return JSON.readTree(learned).get("history");
    }

    /// Asks an engine about notifications.
    private record Asking(SmallEngine engine) {
        private HttpResponse<String> send(String method, String path, String body)
                throws IOException, InterruptedException {
            try (HttpClient http = HttpClient.newHttpClient()) {
                return http.send(
                        HttpRequest.newBuilder(engine.uri().resolve("/v1/notifications/" + path))
                                .method(
                                        method,
                                        HttpRequest.BodyPublishers.ofString(
                                                body.replace('\'', '"')))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
            }
        }

        private String ok(String method, String path, String body)
                throws IOException, InterruptedException {
            HttpResponse<String> answer = send(method, path, body);
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        }
    }

    private static ItemRow row(long id) {
        return ItemRow.of(id, id, Map.of("title", "a title")).withEmbedding(1, (float) id, 0, 0);
    }

    private Path smallBackup(String name) throws IOException {
        Path state = folder.resolve(name + "-state");
        Files.createDirectories(state.resolve("items-0/state-1/rows"));
        Files.writeString(state.resolve("items-0/epoch"), "1 state-1");
        Files.writeString(state.resolve("items-0/state-1/.owner"), "");
        Files.write(state.resolve("items-0/state-1/rows/000001.sst"), new byte[5_000]);
        Files.createDirectories(state.resolve("ledger-0/state-1/rows"));
        Files.writeString(state.resolve("ledger-0/state-1/rows/CURRENT"), "MANIFEST-1");
        Path backup = folder.resolve(name);
        backups.backUp(state, backup, 1);
        return backup;
    }

    @Test
    void aBackupInWhichAnyByteChangedIsRefusedByNameAndNothingIsRestored() throws Exception {
        Path backup = smallBackup("whole");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(backup)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        Seeds.forAll(
                40,
                random -> {
                    Path file = files.get(random.nextInt(files.size()));
                    byte[] before = Files.readAllBytes(file);
                    byte[] after = before.clone();
                    after[random.nextInt(after.length)] ^= (byte) (1 << random.nextInt(8));
                    Files.write(file, after);
                    Path target = folder.resolve("never");
                    assertThatThrownBy(() -> backups.restore(backup, target))
                            .as(file.toString())
                            .isInstanceOf(IOException.class);
                    assertThat(target).doesNotExist();
                    Files.write(file, before);
                });
        assertThat(backups.restore(backup, folder.resolve("now")).files()).isEqualTo(3);
    }

    @Test
    void aMissingAFurtherAndAShorterFileAreRefusedByName() throws Exception {
        Path backup = smallBackup("lacking");
        Path file = backup.resolve("items-0/state-1/rows/000001.sst");
        Path aside = folder.resolve("aside");
        Files.move(file, aside);
        assertRefused(backup, "000001.sst is missing");
        Files.write(file, new byte[4_999]);
        assertRefused(backup, "4999 of 5000 bytes");
        Files.delete(file);
        Files.move(aside, file);
        Files.writeString(backup.resolve("more"), "more");
        assertRefused(backup, "did not have more");
        Files.delete(backup.resolve("more"));
        Files.delete(backup.resolve("manifest.json"));
        assertRefused(backup, "is no backup");
    }

    private void assertRefused(Path backup, String reason) {
        assertThatThrownBy(() -> backups.restore(backup, folder.resolve("never")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(reason);
        assertThat(folder.resolve("never")).doesNotExist();
    }

    @Test
    void aRestoredLedgerIsMarkedAsAPastAndNothingElseIs() throws Exception {
        Path restored = folder.resolve("restored");
        backups.restore(smallBackup("ledgers"), restored);
        assertThat(restored.resolve("ledger-0/state-1/rows/PAST")).exists();
        assertThat(restored.resolve("items-0/state-1/rows/PAST")).doesNotExist();
        assertThat(restored.resolve("items-0/state-1/.owner")).doesNotExist();
    }

    @Test
    void neitherABackupNorAStateIsWrittenOver() throws Exception {
        Path backup = smallBackup("kept");
        Path state = folder.resolve("kept-state");
        assertThatThrownBy(() -> backups.backUp(state, backup, 2)).hasMessageContaining("already");
        assertThatThrownBy(() -> backups.restore(backup, state)).hasMessageContaining("already");
        assertThatThrownBy(() -> backups.backUp(folder.resolve("none"), folder.resolve("b"), 2))
                .hasMessageContaining("no folder");
    }
}
