package dev.mobula.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.Item;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every service of an engine is killed at once while items, events, edges and bundles are written; whatever was
/// acknowledged is there afterwards, once.
final class EngineCrashTest {
    private static final long SEED = 20_24;
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int FIND_MAX = 500;

    @TempDir private Path folder;

    private final Set<Long> items = new HashSet<>();
    private final Set<Long> gone = new HashSet<>();
    private final Map<String, Long> events = new HashMap<>();
    private final Map<Long, Set<Long>> edges = new HashMap<>();
    private final Set<String> bundles = new HashSet<>();

    @Test
    void whatWasAcknowledgedBeforeEverythingWasKilledIsThereOnce() throws Exception {
        killAndLook(2, 400);
    }

    @Test
    @Tag("long")
    void soItIsAfterManyKills() throws Exception {
        killAndLook(8, 4_000);
    }

    private void killAndLook(int rounds, int linesMax) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < rounds; round++) {
            runAndKill(random.nextLong(), round, 100 + random.nextInt(linesMax));
            look();
        }
        assertThat(items).isNotEmpty();
        assertThat(events).isNotEmpty();
        assertThat(edges).isNotEmpty();
        assertThat(bundles).isNotEmpty();
    }

    private void runAndKill(long seed, int round, int lines) throws Exception {
        Process child =
                new ProcessBuilder(command(seed, round))
                        .redirectError(folder.resolve("child-" + round + ".log").toFile())
                        .start();
        int said = 0;
        try (BufferedReader output = child.inputReader(StandardCharsets.US_ASCII)) {
            String line;
            while ((line = output.readLine()) != null) {
                note(line.split(" ", -1));
                if (++said >= lines && !bundles.isEmpty()) {
                    child.toHandle().destroyForcibly();
                }
            }
        } finally {
            child.toHandle().destroyForcibly();
        }
        assertThat(child.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(child.exitValue())
                .as(
                        "killed by signal 9: %s",
                        Files.readString(folder.resolve("child-" + round + ".log")))
                .isEqualTo(128 + 9);
    }

    private List<String> command(long seed, int round) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/java.nio=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "--add-modules=jdk.incubator.vector",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx512m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        EngineUnderWrites.class.getName(),
                        folder.toString(),
                        Long.toString(seed),
                        Integer.toString(round)));
        return command;
    }

    private void note(String[] words) {
        switch (words[0]) {
            case "item" -> items.add(Long.parseLong(words[1]));
            case "gone" -> {
                gone.add(Long.parseLong(words[1]));
                items.remove(Long.parseLong(words[1]));
            }
            case "event" -> events.put(words[1], Long.parseLong(words[2]));
            case "edge" ->
                    edges.computeIfAbsent(Long.parseLong(words[1]), user -> new HashSet<>())
                            .add(Long.parseLong(words[2]));
            case "bundle" -> bundles.add(words[1]);
            default -> {}
        }
    }

    /// Starts the engine on what the killed one left.
    private void look() throws Exception {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(EngineUnderWrites.state(folder)));
                Engine engine = EngineUnderWrites.start(cluster, folder)) {
            assertThat(found(engine, items)).as("items").containsAll(items);
            assertThat(found(engine, gone)).as("deleted items").isEmpty();
            assertEvents(engine);
            List<Long> users = LongStream.rangeClosed(1, EngineUnderWrites.USERS).boxed().toList();
            Map<Long, long[]> targets =
                    engine.userShards().targets(users, EdgeKind.FOLLOW, LIMIT).join();
            edges.forEach(
                    (user, others) ->
                            assertThat(LongStream.of(targets.get(user)).boxed().toList())
                                    .as("edges of %d", user)
                                    .doesNotHaveDuplicates()
                                    .containsAll(others));
        }
        BundleStore store =
                BundleStore.open(
                        EngineUnderWrites.bundles(folder), 1L << 30, InstantSource.system());
        assertThat(store.list().stream().map(BundleStore.Listed::id).toList())
                .doesNotHaveDuplicates()
                .containsAll(bundles);
        for (String bundle : bundles) {
            store.load(bundle, (done, total) -> {});
        }
    }

    private static Set<Long> found(Engine engine, Set<Long> ids) {
        Set<Long> found = new HashSet<>();
        List<Long> all = List.copyOf(ids);
        for (int from = 0; from < all.size(); from += FIND_MAX) {
            long[] some =
                    all.subList(from, Math.min(all.size(), from + FIND_MAX)).stream()
                            .mapToLong(Long::longValue)
                            .toArray();
            for (Item item : engine.itemShards().find(some, LIMIT).join()) {
                found.add(item.id());
            }
        }
        return found;
    }

    /// Each is in the segments once, and counted once by its user's shard.
    private void assertEvents(Engine engine) {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!engine.eventLogs().status(LIMIT).join().caughtUp()) {
            assertThat(System.nanoTime()).as("the segments have all").isLessThan(deadline);
            LockSupport.parkNanos(20_000_000);
        }
        Path log = Path.of(engine.eventLogs().status(LIMIT).join().folder());
        List<String> ids = new ArrayList<>();
        Map<Long, Long> byUser = new HashMap<>();
        try (LogReader reader =
                LogView.open(EventLog.feedback(log)).reader(List.of("id", "user"))) {
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, 1_000)) {
                for (int row = 0; row < rows.size(); row++) {
                    ids.add(rows.texts(0).get(row));
                    byUser.merge(rows.wholes(1).get(row), 1L, Long::sum);
                }
            }
        }
        assertThat(ids).as("events").doesNotHaveDuplicates().containsAll(events.keySet());
        byUser.forEach(
                (user, count) ->
                        assertThat(engine.userShards().view(user, LIMIT).join().counters())
                                .as("user %d", user)
                                .containsEntry("event.view", count));
    }
}
