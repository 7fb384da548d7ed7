package dev.mobula.actors.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.candidates.CandidateFinder;
import dev.mobula.actors.candidates.CandidateQuery;
import dev.mobula.actors.candidates.CandidateSettings;
import dev.mobula.actors.candidates.SourceKind;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.Erasure;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.source.Candidate;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.EventOutcome;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserWrite;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.log.LogView;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the event log holds to, on whichever cluster it runs.
public abstract class EventLogContract {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHARDS = 2;

    @TempDir Path folder;

    private final long now = System.currentTimeMillis();
    private String name;
    private UserShards users;
    private EventLogs log;

    protected abstract Cluster cluster();

    /// Ends a service's instance without its consent; it is to come back.
    protected abstract void crash(ServiceRef service) throws Exception;

    @BeforeEach
    void spawnShards() {
        name = "events-" + NAMES.incrementAndGet();
        users = UserShards.spawn(cluster(), name + "-users", SHARDS);
    }

    @AfterEach
    void stop() {
        cluster().stop(log.service());
        users.shards().forEach(cluster()::stop);
    }

    private EventLogSettings settings() {
        return EventLogSettings.of(new ShardLayout(name + "-users", SHARDS)).withFolder(folder);
    }

    private void follow(EventLogSettings settings) {
        log = EventLogs.spawn(cluster(), name, settings);
    }

    private EventLogStatus status() {
        return log.status(PATIENCE).join();
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    /// A row of the segments, empty when it was erased.
    private record Row(String id, long user, long item) {}

    private List<Optional<Row>> rows() {
        List<Optional<Row>> all = new ArrayList<>();
        List<String> columns = List.of("id", "user", "item");
        try (LogReader reader = LogView.open(EventLog.feedback(folder)).reader(columns)) {
            Rows batch = new Rows(reader.schema());
            while (reader.next(batch, 1_000)) {
                for (int i = 0; i < batch.size(); i++) {
                    all.add(row(batch, i));
                }
            }
        }
        return all;
    }

    private static Optional<Row> row(Rows batch, int i) {
        return batch.texts(0).isMissing(i)
                ? Optional.empty()
                : Optional.of(
                        new Row(
                                batch.texts(0).get(i),
                                batch.wholes(1).get(i),
                                batch.wholes(2).get(i)));
    }

    @Test
    void everyAcknowledgedEventIsInTheSegmentsOnceWhateverCrashes() throws Exception {
        follow(settings());
        Set<String> acknowledged = new ConcurrentSkipListSet<>();
        AtomicBoolean stopped = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> reportForever(acknowledged, stopped));
        for (int round = 0; round < 4; round++) {
            int more = acknowledged.size() + 300;
            await("acknowledged events", () -> acknowledged.size() >= more);
            crash(round % 2 == 0 ? log.service() : users.shards().get(round / 2));
        }
        int more = acknowledged.size() + 300;
        await("acknowledged events", () -> acknowledged.size() >= more);
        stopped.set(true);
        writer.join();
        await("the segments have all", () -> status().caughtUp());
        List<String> ids = rows().stream().map(row -> row.orElseThrow().id()).toList();
        assertThat(ids).doesNotHaveDuplicates().containsAll(acknowledged);
    }

    private void reportForever(Set<String> acknowledged, AtomicBoolean stopped) {
        for (long item = 1; !stopped.get(); item += 25) {
            List<UserEvent> batch = new ArrayList<>();
            for (long i = item; i < item + 25; i++) {
                batch.add(UserEvent.of("e" + i, i % 11, i, "view", now));
            }
            boolean done = false;
            while (!done && !stopped.get()) {
                List<EventOutcome> outcomes = users.record(batch).join();
                for (int i = 0; i < outcomes.size(); i++) {
                    if (outcomes.get(i).isStored()) {
                        acknowledged.add(batch.get(i).id());
                    }
                }
                done = outcomes.stream().allMatch(EventOutcome::isStored);
            }
        }
    }

    @Test
    void aForgottenUserIsGoneFromTheSegmentsWhichKeepTheirPositions() throws Exception {
        follow(settings().withErasureMillis(2_000));
        List<UserEvent> events = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            events.add(UserEvent.of("e" + i, i % 4, 100 + i, "like", now - 5_000));
        }
        assertThat(users.record(events).join()).containsOnly(EventOutcome.STORED);
        await("the segments have all", () -> rows().size() == 40);
        List<Optional<Row>> before = rows();
        users.write(
                        List.of(
                                new UserWrite.Connect(2, EdgeKind.FOLLOW, 1, now),
                                new UserWrite.Connect(3, EdgeKind.FOLLOW, 1, now),
                                new UserWrite.Connect(3, EdgeKind.FOLLOW, 2, now)))
                .join();
        assertThat(log.forgotten(PATIENCE).join()).isEmpty();
        Erasure erasure = users.forget(1).join();
        await("word of it", () -> log.forgotten(PATIENCE).join().containsKey(1L));
        await("the erasure", () -> erasedThrough(erasure));
        assertThat(log.forgotten(PATIENCE).join()).as("kept for other logs").containsOnlyKeys(1L);
        assertThat(rows())
                .isEqualTo(before.stream().map(row -> row.filter(one -> one.user() != 1)).toList());
        Map<Long, long[]> follows =
                users.targets(List.of(2L, 3L), EdgeKind.FOLLOW, PATIENCE).join();
        assertThat(follows.get(2L)).isEmpty();
        assertThat(follows.get(3L)).containsExactly(2);
        long later = System.currentTimeMillis();
        users.record(List.of(UserEvent.of("new", 1, 7, "like", later))).join();
        await("the new life", () -> rows().size() == 41);
        crash(log.service());
        log.erase(PATIENCE).join();
        users.record(List.of(UserEvent.of("newer", 1, 8, "like", later))).join();
        await("more of it", () -> rows().size() == 42);
        assertThat(rows().subList(40, 42))
                .containsExactly(
                        Optional.of(new Row("new", 1, 7)), Optional.of(new Row("newer", 1, 8)));
    }

    private boolean erasedThrough(Erasure erasure) {
        EventLogStatus.Reached reached = status().shards().get(erasure.shard());
        return reached != null && reached.erased() >= erasure.position();
    }

    @Test
    void theDiskQuotaOfTheSegmentsIsKept() throws Exception {
        LogOptions small = new LogOptions(16 << 10, 100, 64 << 10, Duration.ofDays(1));
        follow(settings().withLog(small));
        for (int batch = 0; batch < 60; batch++) {
            List<UserEvent> events = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                String id = Long.toHexString((100L * batch + i) * 0x9E3779B97F4A7C15L) + "-event";
                events.add(UserEvent.of(id, i, i, "view", now));
            }
            assertThat(users.record(events).join()).containsOnly(EventOutcome.STORED);
            await("it keeps up", () -> status().caughtUp());
        }
        EventLogStatus status = status();
        assertThat(status.bytes()).isLessThanOrEqualTo(small.bytesMax() + small.segmentBytesMax());
        assertThat(status.rows()).isBetween(100L, 5_900L);
    }

    private static List<Long> trending(CandidateFinder finder) {
        return finder
                .find(CandidateQuery.of(2, System.currentTimeMillis()), PATIENCE)
                .join()
                .candidates()
                .stream()
                .map(Candidate::id)
                .toList();
    }

    @Test
    void whatPeopleTookToTrends() throws Exception {
        ItemShards items = ItemShards.spawn(cluster(), name + "-items", 1, ItemShardSettings.of(2));
        CandidateFinder finder =
                CandidateFinder.spawn(
                        cluster(),
                        name + "-candidates",
                        1,
                        CandidateSettings.of(
                                        items.layout(), new ShardLayout(name + "-users", SHARDS))
                                .withLanes(
                                        new CandidateSettings.Lane(
                                                SourceKind.TRENDING, 10, 60_000, 8)));
        try {
            items.put(
                            List.of(
                                    Item.of(5, 1, now).withEmbedding(new float[] {1, 0}),
                                    Item.of(6, 1, now).withEmbedding(new float[] {0, 1})))
                    .join();
            follow(settings().withCandidates(new ServiceRef(name + "-candidates", 1)));
            users.record(List.of(UserEvent.of("a", 1, 6, "like", now))).join();
            await("the liked item trends", () -> trending(finder).equals(List.of(6L)));
            cluster().restart(new ServiceRef(name + "-candidates", 1));
            await("and again for a new instance", () -> trending(finder).equals(List.of(6L)));
        } finally {
            cluster().stop(new ServiceRef(name + "-candidates", 1));
            items.shards().forEach(cluster()::stop);
        }
    }
}
