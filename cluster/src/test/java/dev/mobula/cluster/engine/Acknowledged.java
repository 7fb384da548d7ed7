package dev.mobula.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.Item;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;

/// What [EngineUnderWrites] said was acknowledged, to be looked for afterwards.
final class Acknowledged {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final int FIND_MAX = 500;

    private final Set<Long> items = new HashSet<>();
    private final Set<Long> gone = new HashSet<>();
    private final Map<String, Long> events = new HashMap<>();
    private final Map<Long, Set<Long>> edges = new HashMap<>();
    private final Set<String> bundles = new HashSet<>();

    /// Whether there is some of everything.
    boolean hasAll() {
        return !items.isEmpty()
                && !gone.isEmpty()
                && !events.isEmpty()
                && !edges.isEmpty()
                && !bundles.isEmpty();
    }

    /// The lines of all that is to be there, and of what is not.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        items.forEach(id -> lines.add("item " + id));
        gone.forEach(id -> lines.add("gone " + id));
        events.forEach((id, user) -> lines.add("event " + id + " " + user));
        edges.forEach(
                (user, others) -> others.forEach(other -> lines.add("edge " + user + " " + other)));
        bundles.forEach(id -> lines.add("bundle " + id));
        return lines;
    }

    /// Takes one line down.
    void note(String line) {
        String[] words = line.split(" ", -1);
        switch (words[0]) {
            case "item" -> items.add(Long.parseLong(words[1]));
            case "going" -> items.remove(Long.parseLong(words[1]));
            case "gone" -> gone.add(Long.parseLong(words[1]));
            case "event" -> events.put(words[1], Long.parseLong(words[2]));
            case "edge" ->
                    edges.computeIfAbsent(Long.parseLong(words[1]), user -> new HashSet<>())
                            .add(Long.parseLong(words[2]));
            case "bundle" -> bundles.add(words[1]);
            default -> {}
        }
    }

    /// Fails unless all of it is there, once, and what was deleted is not.
    void look(Engine engine, Path bundleFolder) {
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
        BundleStore store = BundleStore.open(bundleFolder, 1L << 30, InstantSource.system());
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
