package dev.mobula.actors.users;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.retrieval.store.AccountLabel;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.EdgeKind;
import dev.mobula.retrieval.store.EventOutcome;
import dev.mobula.retrieval.store.EventOutcome.Status;
import dev.mobula.retrieval.store.Label;
import dev.mobula.retrieval.store.PastEvent;
import dev.mobula.retrieval.store.Preferences;
import dev.mobula.retrieval.store.UserChange;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserLimits;
import dev.mobula.retrieval.store.UserWrite;
import dev.mobula.retrieval.store.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What the user shards hold to about what users did, saw and chose, on whichever cluster they run.
public abstract class UserStateContract {
    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int SHARDS = 2;
    private static final int SESSION_ITEMS = 20;
    private static final Optional<String> NO_SESSION = Optional.empty();

    private final long now = System.currentTimeMillis();
    private UserShards users;

    protected abstract Cluster cluster();

    /// Ends a shard's instance without its consent; it is to come back.
    protected abstract void crash(ServiceRef shard) throws Exception;

    @BeforeEach
    void spawnShards() {
        users =
                UserShards.spawn(
                        cluster(),
                        "user-states-" + NAMES.incrementAndGet(),
                        SHARDS,
                        UserShardSettings.standard()
                                .withLimits(
                                        UserLimits.DEFAULT.withSessions(
                                                4, SESSION_ITEMS, 3_600_000)));
    }

    @AfterEach
    void stopShards() {
        users.shards().forEach(cluster()::stop);
    }

    private List<Status> record(UserEvent... events) {
        return users.record(List.of(events)).join().stream().map(EventOutcome::status).toList();
    }

    private Verdict check(long user, long item, long author, Optional<String> session) {
        return users.check(user, new long[] {item}, new long[] {author}, session, PATIENCE)
                .join()
                .of(0);
    }

    @Test
    void whatUsersDidIsInTheirNextViewAndCheck() {
        UserEvent like = UserEvent.of("a", 1, 100, "like", now).on("page-1", "home");
        UserEvent view = UserEvent.of("b", 1, 101, "view", now);
        UserEvent other = UserEvent.of("a", 2, 100, "view", now);
        UserEvent wrong = UserEvent.of("c", 3, 100, "worship", now);
        assertThat(record(like, view, other, wrong, like))
                .containsExactly(
                        Status.STORED,
                        Status.STORED,
                        Status.STORED,
                        Status.REFUSED,
                        Status.DUPLICATE);
        UserView seen = users.view(1, PATIENCE).join();
        assertThat(seen.known()).isTrue();
        assertThat(seen.events()).containsExactly(new PastEvent(100, "like", 1, 1, now));
        assertThat(seen.counters()).containsEntry("event.view", 1L).containsEntry("event.like", 1L);
        assertThat(
                        users.check(
                                        1,
                                        new long[] {100, 101, 102},
                                        new long[3],
                                        NO_SESSION,
                                        PATIENCE)
                                .join()
                                .all())
                .containsExactly(Verdict.SEEN, Verdict.SEEN, Verdict.ALLOWED);
        assertThat(users.view(3, PATIENCE).join().known()).isFalse();
    }

    @Test
    void aSessionShowsNothingTwiceAndEndsAtItsLimit() {
        Optional<String> session = Optional.of("cursor-7");
        users.served(1, "cursor-7", new long[] {5, 6}, PATIENCE).join();
        users.served(1, "cursor-7", new long[] {6, 7}, PATIENCE).join();
        assertThat(check(1, 6, 0, session)).isEqualTo(Verdict.SERVED);
        assertThat(check(1, 6, 0, NO_SESSION)).isEqualTo(Verdict.ALLOWED);
        assertThat(check(1, 8, 0, session)).isEqualTo(Verdict.ALLOWED);
        long[] tooMany = LongStream.range(100, 100 + SESSION_ITEMS).toArray();
        assertThat(users.served(1, "cursor-7", tooMany, PATIENCE))
                .failsWithin(PATIENCE)
                .withThrowableThat()
                .havingCause()
                .isInstanceOfSatisfying(
                        CallException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(Failure.REFUSED))
                .withMessageContaining("cursor-7");
    }

    @Test
    void aBlockHoldsInBothDirectionsUntilItIsTakenBack() {
        for (long author = 10; author < 20; author++) {
            users.write(List.of(new UserWrite.Connect(author, EdgeKind.BLOCK, 1, now))).join();
            assertThat(check(1, 500, author, NO_SESSION)).isEqualTo(Verdict.BLOCKED_BY);
            assertThat(check(author, 501, 1, NO_SESSION)).isEqualTo(Verdict.BLOCKED);
        }
        users.write(List.of(new UserWrite.Disconnect(10, EdgeKind.BLOCK, 1))).join();
        users.forget(11).join();
        assertThat(check(1, 500, 10, NO_SESSION)).isEqualTo(Verdict.ALLOWED);
        assertThat(check(1, 500, 11, NO_SESSION)).isEqualTo(Verdict.ALLOWED);
        assertThat(check(1, 500, 12, NO_SESSION)).isEqualTo(Verdict.BLOCKED_BY);
    }

    @Test
    void preferencesLabelsAndEdgesAreInTheView() {
        Preferences chosen =
                Preferences.NONE
                        .withTopics("cats", "sea")
                        .withChosenItems(List.of(4L, 5L))
                        .withLabelSetting("spoiler", "hide")
                        .withAttribute("country", "PT");
        AccountLabel label = new AccountLabel("new-account", "yes", "rules", 1, Label.NEVER);
        users.prefer(7, chosen).join();
        users.write(
                        List.of(
                                new UserWrite.Judge(7, label),
                                new UserWrite.Connect(7, EdgeKind.FOLLOW, 9, now),
                                new UserWrite.Connect(7, EdgeKind.FOLLOW, 8, now),
                                new UserWrite.Connect(7, EdgeKind.HIDE, 55, now)))
                .join();
        UserView view = users.view(7, PATIENCE).join();
        assertThat(view.known()).isTrue();
        assertThat(view.preferences()).isEqualTo(chosen);
        assertThat(view.labels()).containsExactly(label);
        assertThat(users.labels(List.of(6L, 7L, 8L), PATIENCE).join())
                .containsEntry(7L, List.of(label))
                .containsEntry(6L, List.of())
                .containsEntry(8L, List.of());
        assertThat(view.follows()).containsExactly(8, 9);
        assertThat(view.hidden()).containsExactly(55);
        assertThat(view.blocked()).isEmpty();
        assertThat(view.edgesCut()).isFalse();
    }

    @Test
    void aForgottenUserIsUnknownAndItsLateEventsAreRefused() throws Exception {
        record(UserEvent.of("a", 1, 100, "like", now - 1_000));
        users.served(1, "s", new long[] {200}, PATIENCE).join();
        users.prefer(1, Preferences.NONE.withTopics("cats")).join();
        users.write(List.of(new UserWrite.Connect(1, EdgeKind.FOLLOW, 9, now))).join();
        Erasure erasure = users.forget(1).join();
        crash(cluster().lookup(erasure.shard()).orElseThrow());
        UserView view = users.view(1, PATIENCE).join();
        assertThat(view.known()).isFalse();
        assertThat(view.events()).isEmpty();
        assertThat(view.follows()).isEmpty();
        assertThat(view.counters()).isEmpty();
        assertThat(view.preferences()).isEqualTo(Preferences.NONE);
        assertThat(view.position()).isGreaterThanOrEqualTo(erasure.position());
        assertThat(check(1, 100, 0, NO_SESSION)).isEqualTo(Verdict.ALLOWED);
        assertThat(check(1, 200, 0, Optional.of("s"))).isEqualTo(Verdict.ALLOWED);
        assertThat(record(UserEvent.of("b", 1, 100, "like", now - 500)))
                .containsExactly(Status.REFUSED);
    }

    @Test
    void everyAcknowledgedEventSurvivesACrashUnderEventsAndIsThereOnce() throws Exception {
        Set<Long> acknowledged = new ConcurrentSkipListSet<>();
        AtomicBoolean stopped = new AtomicBoolean();
        Thread writer = Thread.ofPlatform().start(() -> reportForever(acknowledged, stopped));
        awaitCount(acknowledged, 200);
        crash(users.shards().getFirst());
        awaitCount(acknowledged, acknowledged.size() + 200);
        crash(users.shards().getLast());
        awaitCount(acknowledged, acknowledged.size() + 200);
        stopped.set(true);
        writer.join();
        List<Long> streamed = new ArrayList<>();
        for (ServiceRef shard : users.shards()) {
            long position = 0;
            for (UserChange change : changes(shard)) {
                assertThat(change.position()).isEqualTo(++position);
                streamed.add(((UserWrite.Happened) change.write()).event().item());
            }
        }
        assertThat(streamed).doesNotHaveDuplicates().containsAll(acknowledged);
    }

    private List<UserChange> changes(ServiceRef shard) {
        List<UserChange> all = new ArrayList<>();
        for (long next = 0; ; ) {
            Changes<UserChange> page = users.changesSince(shard, next, PATIENCE).join();
            if (!(page instanceof Changes.Page<UserChange>(List<UserChange> some, long after))) {
                throw new AssertionError(page);
            }
            all.addAll(some);
            if (after == next) {
                return all;
            }
            next = after;
        }
    }

    /// Each batch is sent until it is acknowledged, as a client would; its events are the same each time.
    private void reportForever(Set<Long> acknowledged, AtomicBoolean stopped) {
        for (long item = 1; !stopped.get(); item += 20) {
            List<UserEvent> batch = new ArrayList<>();
            for (long i = item; i < item + 20; i++) {
                batch.add(UserEvent.of("e" + i, i % 7, i, "view", now));
            }
            while (!stopped.get()) {
                List<EventOutcome> outcomes = users.record(batch).join();
                for (int i = 0; i < outcomes.size(); i++) {
                    if (outcomes.get(i).isStored()) {
                        acknowledged.add(batch.get(i).item());
                    }
                }
                if (outcomes.stream().allMatch(EventOutcome::isStored)) {
                    break;
                }
            }
        }
    }

    private static void awaitCount(Set<Long> acknowledged, int count) throws InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (acknowledged.size() < count) {
            assertThat(System.nanoTime()).as("acknowledged events").isLessThan(deadline);
            TimeUnit.MILLISECONDS.sleep(2);
        }
    }
}
