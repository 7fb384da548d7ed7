package dev.mobula.retrieval.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A process that is killed in the middle of writing, or meets a full disk, loses nothing that it acknowledged.
final class CrashTest {
    private static final int ROUNDS = 3;
    private static final int WRITES_BEFORE_KILL = 300;
    private static final int SMALL_DIM = 2;
    private static final int LARGE_DIM = 4_096;

    @TempDir Path root;

    @Test
    @Timeout(120)
    void everyAcknowledgedWriteSurvivesKillNine() throws Exception {
        Set<Long> acknowledged = new HashSet<>();
        for (int round = 1; round <= ROUNDS; round++) {
            acknowledged.addAll(runAndKill(round * 1_000_000L));
            assertItemsHold(acknowledged, SMALL_DIM);
            assertUsersHold(acknowledged, round);
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(ROUNDS * WRITES_BEFORE_KILL);
    }

    /// A limit on the size of files stands in for the full disk; the native library needs 17 MB of it.
    @Test
    @Timeout(120)
    void aDiskThatTakesNoMoreRefusesWritesAndKeepsWhatWasAcknowledged() throws Exception {
        String command = String.join(" ", writer(1, LARGE_DIM));
        Process child =
                new ProcessBuilder("bash", "-c", "ulimit -f 24000; exec " + command)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        Set<Long> acknowledged = new HashSet<>();
        List<String> refusals = new ArrayList<>();
        try (BufferedReader lines = child.inputReader(StandardCharsets.US_ASCII)) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.startsWith(CrashWriter.REFUSED)) {
                    refusals.add(line);
                } else {
                    acknowledged.add(Long.parseLong(line));
                }
            }
        } finally {
            child.toHandle().destroyForcibly();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(refusals).hasSize(CrashWriter.WRITERS).containsOnly("refused IO");
        assertThat(acknowledged).isNotEmpty();
        assertItemsHold(acknowledged, LARGE_DIM);
        assertUsersHold(acknowledged, 1);
    }

    private List<Long> runAndKill(long firstId) throws Exception {
        Process child =
                new ProcessBuilder(writer(firstId, SMALL_DIM))
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        List<Long> acknowledged = new ArrayList<>();
        try (BufferedReader lines = child.inputReader(StandardCharsets.US_ASCII)) {
            String line;
            while ((line = lines.readLine()) != null) {
                acknowledged.add(Long.parseLong(line));
                if (acknowledged.size() == WRITES_BEFORE_KILL) {
                    child.toHandle().destroyForcibly();
                }
            }
        } finally {
            child.toHandle().destroyForcibly();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue()).as("killed by signal 9").isEqualTo(128 + 9);
        return acknowledged;
    }

    private List<String> writer(long firstId, int dim) throws IOException {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                CrashWriter.class.getName(),
                root.toRealPath().toString(),
                Long.toString(firstId),
                Integer.toString(dim));
    }

    private void assertItemsHold(Set<Long> acknowledged, int dim) {
        try (ItemStore items = ItemStore.open(StoreOptions.at(root.resolve("items")))) {
            for (long id : acknowledged) {
                assertThat(items.find(id)).contains(CrashWriter.item(id, dim));
            }
            Changes.Page<ItemChange> all =
                    (Changes.Page<ItemChange>) items.changesSince(0, Integer.MAX_VALUE);
            assertThat(all.changes()).hasSize((int) items.newestPosition());
            long position = 0;
            Set<Long> streamed = new HashSet<>();
            for (ItemChange change : all.changes()) {
                assertThat(change.position()).isEqualTo(++position);
                streamed.add(change.id());
            }
            assertThat(streamed).containsAll(acknowledged);
        }
    }

    private void assertUsersHold(Set<Long> acknowledged, int crashes) {
        try (UserStore users = UserStore.open(StoreOptions.at(root.resolve("users")))) {
            long counted = users.counter(1, CrashWriter.COUNTER);
            assertThat(counted)
                    .isBetween(
                            (long) acknowledged.size(),
                            (long) acknowledged.size() + (long) crashes * CrashWriter.WRITERS);
            Set<Long> hidden = new HashSet<>();
            users.edges(1, EdgeKind.HIDE).forEach(edge -> hidden.add(edge.target()));
            assertThat(hidden).containsAll(acknowledged).hasSize((int) counted);
            assertThat(users.newestPosition()).isEqualTo(2 * counted);
        }
    }
}
