package dev.mobula.actors.users;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.UserChange;
import dev.mobula.retrieval.store.UserWrite;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the user shards hold to, on whichever cluster they run.
public abstract class UserShardsContract {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHARDS = 2;
    private static final int USERS = 10;

    private UserShards users;

    protected abstract Cluster cluster();

    /// Ends a shard's instance without its consent; it is to come back.
    protected abstract void crash(ServiceRef shard) throws Exception;

    @BeforeEach
    void spawnShards() {
        users = UserShards.spawn(cluster(), "users-of-" + NAMES.incrementAndGet(), SHARDS);
    }

    @AfterEach
    void stopShards() {
        users.shards().forEach(cluster()::stop);
    }

    private Map<Long, long[]> follows(Long... asked) {
        return users.targets(List.of(asked), EdgeKind.FOLLOW, PATIENCE).join();
    }

    @Test
    void edgesAndCountersAreReadForManyUsersAtOnce() {
        users.write(
                        List.of(
                                new UserWrite.Connect(1, EdgeKind.FOLLOW, 2, 10),
                                new UserWrite.Connect(1, EdgeKind.FOLLOW, 3, 10),
                                new UserWrite.Connect(2, EdgeKind.FOLLOW, 1, 10),
                                new UserWrite.Connect(2, EdgeKind.BLOCK, 9, 10),
                                new UserWrite.Count(3, "views", 4),
                                new UserWrite.Count(3, "views", 5)))
                .join();
        users.write(List.of(new UserWrite.Disconnect(1, EdgeKind.FOLLOW, 2))).join();
        Map<Long, long[]> follows = follows(1L, 2L, 3L);
        assertThat(follows.get(1L)).containsExactly(3);
        assertThat(follows.get(2L)).containsExactly(1);
        assertThat(follows.get(3L)).isEmpty();
        List<List<Long>> edges = new ArrayList<>();
        users.edges(
                EdgeKind.FOLLOW, PATIENCE, edge -> edges.add(List.of(edge.user(), edge.target())));
        assertThat(edges).containsExactlyInAnyOrder(List.of(1L, 3L), List.of(2L, 1L));
        Map<Long, long[]> counters =
                users.counters(List.of(1L, 3L), List.of("likes", "views"), PATIENCE).join();
        assertThat(counters.get(1L)).containsExactly(0, 0);
        assertThat(counters.get(3L)).containsExactly(0, 9);
        users.write(List.of(new UserWrite.Forget(3))).join();
        assertThat(users.counters(List.of(3L), List.of("views"), PATIENCE).join().get(3L))
                .containsExactly(0);
    }

    @Test
    void aWriteThatIsRefusedIsNamedAndLeavesNothing() {
        assertThat(
                        users.write(
                                List.of(
                                        new UserWrite.Connect(4, EdgeKind.FOLLOW, 5, 1),
                                        new UserWrite.Connect(4, EdgeKind.FOLLOW, 4, 1))))
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        CallException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(Failure.REFUSED))
                .withMessageContaining("target=4");
        assertThat(follows(4L).get(4L)).isEmpty();
    }

    @Test
    void everyAcknowledgedWriteSurvivesACrashUnderWritesAndTheStreamTellsItOnce() throws Exception {
        Set<Long> acknowledged = new ConcurrentSkipListSet<>();
        AtomicLong tried = new AtomicLong();
        AtomicBoolean stopped = new AtomicBoolean();
        Thread writer =
                Thread.ofPlatform().start(() -> followForever(acknowledged, tried, stopped));
        awaitCount(acknowledged, 60);
        crash(users.shards().getFirst());
        awaitCount(acknowledged, acknowledged.size() + 60);
        stopped.set(true);
        writer.join();

        Set<Long> stored = new TreeSet<>();
        follows(LongStream.range(0, USERS).boxed().toArray(Long[]::new))
                .values()
                .forEach(targets -> LongStream.of(targets).forEach(stored::add));
        assertThat(stored).containsAll(acknowledged).allMatch(target -> target <= tried.get());
        Set<Long> streamed = new TreeSet<>();
        for (ServiceRef shard : users.shards()) {
            long position = 0;
            for (UserChange change : changes(shard)) {
                assertThat(change.position()).isEqualTo(++position);
                if (change.write() instanceof UserWrite.Connect connect) {
                    streamed.add(connect.target());
                }
            }
        }
        assertThat(streamed).isEqualTo(stored);
    }

    private List<UserChange> changes(ServiceRef shard) {
        return switch (users.changesSince(shard, 0, PATIENCE).join()) {
            case Changes.Page<UserChange>(List<UserChange> changes, long _) -> changes;
            case Changes.Rebuild<UserChange> rebuild -> throw new AssertionError(rebuild);
        };
    }

    private void followForever(Set<Long> acknowledged, AtomicLong tried, AtomicBoolean stopped) {
        for (long target = 1_000; !stopped.get(); target++) {
            tried.set(target);
            try {
                users.write(
                                List.of(
                                        new UserWrite.Connect(
                                                target % USERS, EdgeKind.FOLLOW, target, 1)))
                        .join();
                acknowledged.add(target);
            } catch (CompletionException notAcknowledged) {
                assertThat(notAcknowledged).hasCauseInstanceOf(CallException.class);
            }
        }
    }

    private static void awaitCount(Set<Long> acknowledged, int count) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (acknowledged.size() < count) {
            assertThat(System.nanoTime()).as("acknowledged writes").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }
}
