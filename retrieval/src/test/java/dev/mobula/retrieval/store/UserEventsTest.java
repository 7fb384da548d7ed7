package dev.mobula.retrieval.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.EventOutcome.Status;
import dev.mobula.testing.Seeds;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What users did, as the store keeps it, beside a naive model of the same.
final class UserEventsTest {
    private static final long NOW = Instant.parse("2030-05-01T12:00:00Z").toEpochMilli();
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);
    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final Optional<String> NO_SESSION = Optional.empty();

    @TempDir Path directory;

    private final AtomicLong now = new AtomicLong(NOW);
    private final InstantSource clock = () -> Instant.ofEpochMilli(now.get());

    private UserStore open(UserLimits limits) {
        return open(directory, limits);
    }

    private UserStore open(Path folder, UserLimits limits) {
        return UserStore.open(StoreOptions.at(folder), EventKinds.standard(), limits, clock);
    }

    private static Status record(UserStore store, UserEvent event) {
        return store.record(List.of(event)).join().getFirst().status();
    }

    private static Verdict check(UserStore store, long user, long item, long author) {
        return store.check(user, new long[] {item}, new long[] {author}, NO_SESSION)[0];
    }

    @Test
    void anEventIsStoredOnceWhateverComesBetween() {
        UserEvent like = UserEvent.of("e1", 1, 7, "like", NOW - 5);
        try (UserStore store = open(UserLimits.DEFAULT)) {
            List<EventOutcome> outcomes = store.record(List.of(like, like)).join();
            assertThat(outcomes)
                    .extracting(EventOutcome::status)
                    .containsExactly(Status.STORED, Status.DUPLICATE);
            assertThat(record(store, UserEvent.of("e1", 2, 7, "like", NOW)))
                    .isEqualTo(Status.STORED);
        }
        try (UserStore store = open(UserLimits.DEFAULT)) {
            assertThat(record(store, like)).isEqualTo(Status.DUPLICATE);
            now.addAndGet(UserLimits.DEFAULT.eventAgeMaxMillis() + HOUR);
            store.retain();
            assertThat(record(store, like)).isEqualTo(Status.REFUSED);
            assertThat(store.counters(1)).isEqualTo(Map.of("event.like", 1L));
            assertThat(store.history(1, 10))
                    .containsExactly(new PastEvent(7, "like", 1, 1, NOW - 5));
        }
    }

    @Test
    void aRepetitionThatIsStampedAnewAcrossTheHourIsTheSameEvent() {
        long before = Math.floorDiv(NOW, HOUR) * HOUR - 1;
        try (UserStore store = open(UserLimits.DEFAULT)) {
            assertThat(record(store, UserEvent.of("e", 1, 7, "like", before)))
                    .isEqualTo(Status.STORED);
            assertThat(record(store, UserEvent.of("e", 1, 7, "like", before + 2)))
                    .isEqualTo(Status.DUPLICATE);
        }
    }

    @Test
    void whatIsWrongWithAnEventIsNamedAndStopsNoOther() {
        List<UserEvent> events =
                List.of(
                        UserEvent.of("", 1, 7, "like", NOW),
                        UserEvent.of("a", 1, 7, "adore", NOW),
                        UserEvent.of("b", 1, 7, "like", NOW + DAY),
                        UserEvent.of("c", 1, 7, "like", NOW - 30 * DAY),
                        new UserEvent("d", 1, 7, "dwell", NOW, Optional.empty(), "", Float.NaN),
                        UserEvent.of("e", 1, 7, "like", NOW).on("", "home"),
                        UserEvent.of("f", 1, 7, "like", NOW).on("r", "x".repeat(999)),
                        UserEvent.of("g", 1, 7, "like", NOW));
        try (UserStore store = open(UserLimits.DEFAULT)) {
            List<EventOutcome> outcomes = store.record(events).join();
            assertThat(outcomes)
                    .extracting(EventOutcome::field)
                    .containsExactly(
                            "id",
                            "kind",
                            "atMillis",
                            "atMillis",
                            "value",
                            "requestId",
                            "surface",
                            "");
            assertThat(outcomes.get(1).reason()).contains("adore").contains("like");
            assertThat(outcomes.getLast()).isEqualTo(EventOutcome.STORED);
            assertThat(store.newestPosition()).isEqualTo(1);
        }
    }

    @Test
    void theHistoryIsTheNewestEventsThatSaySomethingNewestFirst() {
        int max = 50;
        try (UserStore store = open(UserLimits.DEFAULT.withHistory(max))) {
            List<PastEvent> all = new ArrayList<>();
            SplittableRandom random = new SplittableRandom(5);
            for (int i = 0; i < 400; i++) {
                long at = NOW - random.nextLong(DAY);
                boolean liked = random.nextInt(3) > 0;
                String kind = liked ? "like" : "view";
                store.record(List.of(UserEvent.of("e" + i, 1, i, kind, at))).join();
                if (liked) {
                    all.add(new PastEvent(i, "like", 1, 1, at));
                }
            }
            all.sort(Comparator.comparingLong(PastEvent::atMillis).reversed());
            assertThat(store.history(1, max)).isEqualTo(all.subList(0, max));
            assertThat(store.history(1, 3)).isEqualTo(all.subList(0, 3));
            assertThat(store.history(1, 1_000)).hasSize(max);
        }
    }

    /// Random events in random order over several windows, with reopening and retention in between.
    @Test
    void anItemIsSeenExactlyWithinItsWindow() {
        UserLimits limits = UserLimits.DEFAULT.withSeen(DAY, 1_000);
        Seeds.forAll(
                3,
                random -> {
                    now.set(NOW);
                    Path folder = directory.resolve("s" + random.nextInt(Integer.MAX_VALUE));
                    Map<List<Long>, Long> seenAt = new HashMap<>();
                    UserStore store = open(folder, limits);
                    for (int step = 0; step < 400; step++) {
                        long user = random.nextLong(3);
                        long item = random.nextLong(30);
                        long at = now.get() - random.nextLong(DAY + HOUR);
                        String kind = random.nextBoolean() ? "view" : "like";
                        UserEvent event = UserEvent.of("e" + step, user, item, kind, at);
                        assertThat(record(store, event)).isEqualTo(Status.STORED);
                        seenAt.merge(List.of(user, item), at, Math::max);
                        now.addAndGet(random.nextLong(HOUR / 2));
                        if (random.nextInt(40) == 0) {
                            store.retain();
                        }
                        if (random.nextInt(100) == 0) {
                            store.close();
                            store = open(folder, limits);
                        }
                        if (step % 20 == 0) {
                            assertSeen(store, seenAt);
                        }
                    }
                    store.close();
                });
    }

    private void assertSeen(UserStore store, Map<List<Long>, Long> seenAt) {
        long[] items = new long[30];
        for (int i = 0; i < items.length; i++) {
            items[i] = i;
        }
        for (long user = 0; user < 3; user++) {
            Verdict[] verdicts = store.check(user, items, new long[30], NO_SESSION);
            for (int i = 0; i < items.length; i++) {
                long at = seenAt.getOrDefault(List.of(user, (long) i), Long.MIN_VALUE);
                assertThat(verdicts[i])
                        .as("user %d, item %d, seen %d ms ago", user, i, now.get() - at)
                        .isEqualTo(at > now.get() - DAY ? Verdict.SEEN : Verdict.ALLOWED);
            }
        }
    }

    @Test
    void aUserWhoWasShownTooMuchIsRefusedAndForgetsNothing() {
        try (UserStore store = open(UserLimits.DEFAULT.withSeen(DAY, 3))) {
            long at = NOW;
            for (int i = 0; i < 3; i++) {
                assertThat(record(store, UserEvent.of("e" + i, 1, i, "view", at)))
                        .isEqualTo(Status.STORED);
            }
            EventOutcome fourth =
                    store.record(List.of(UserEvent.of("e3", 1, 3, "view", at))).join().getFirst();
            assertThat(fourth.field()).isEqualTo("item");
            assertThat(record(store, UserEvent.of("again", 1, 2, "view", at)))
                    .isEqualTo(Status.STORED);
            assertThat(check(store, 1, 0, 0)).isEqualTo(Verdict.SEEN);
            now.addAndGet(DAY);
            assertThat(record(store, UserEvent.of("e3", 1, 3, "view", now.get())))
                    .isEqualTo(Status.STORED);
        }
    }

    @Test
    void aSessionRemembersWhatItServedUntilItExpiresOrMakesRoom() {
        Optional<String> first = Optional.of("s0");
        try (UserStore store = open(UserLimits.DEFAULT.withSessions(2, 5, HOUR))) {
            store.served(1, "s0", new long[] {9, 3}).join();
            store.served(1, "s0", new long[] {4}).join();
            long[] items = {3, 4, 5, 9};
            long[] authors = new long[4];
            Verdict[] served = {Verdict.SERVED, Verdict.SERVED, Verdict.ALLOWED, Verdict.SERVED};
            assertThat(store.check(1, items, authors, first)).isEqualTo(served);
            assertThat(store.check(1, items, authors, Optional.of("other")))
                    .containsOnly(Verdict.ALLOWED);
            assertThatThrownBy(() -> store.served(1, "s0", new long[] {5, 6, 7}).join())
                    .hasMessageContaining("session=s0");
            store.served(1, "s1", new long[] {1}).join();
            store.served(1, "s2", new long[] {1}).join();
            assertThat(store.check(1, items, authors, first)).containsOnly(Verdict.ALLOWED);
            now.addAndGet(HOUR);
            assertThat(store.check(1, new long[] {1}, new long[1], Optional.of("s2")))
                    .containsExactly(Verdict.ALLOWED);
            store.retain();
        }
    }

    @Test
    void edgesDecideForTheirItemsAndAuthors() {
        try (UserStore store = open(UserLimits.DEFAULT)) {
            store.apply(
                    List.of(
                            new UserWrite.Connect(1, EdgeKind.HIDE, 10, 0),
                            new UserWrite.Connect(1, EdgeKind.BLOCK, 21, 0),
                            new UserWrite.Connect(1, EdgeKind.MUTE, 22, 0),
                            new UserWrite.Connect(1, EdgeKind.FOLLOW, 24, 0),
                            new UserWrite.BlockedBy(1, 23, 5, true)));
            long[] items = {10, 11, 12, 13, 14};
            long[] authors = {20, 21, 22, 23, 24};
            assertThat(store.check(1, items, authors, NO_SESSION))
                    .containsExactly(
                            Verdict.HIDDEN,
                            Verdict.BLOCKED,
                            Verdict.MUTED,
                            Verdict.BLOCKED_BY,
                            Verdict.ALLOWED);
            assertThat(store.check(2, items, authors, NO_SESSION)).containsOnly(Verdict.ALLOWED);
            store.apply(
                    List.of(
                            new UserWrite.BlockedBy(1, 23, 4, false),
                            new UserWrite.BlockedBy(1, 23, 5, true)));
            assertThat(check(store, 1, 13, 23)).isEqualTo(Verdict.BLOCKED_BY);
            store.apply(List.of(new UserWrite.BlockedBy(1, 23, 6, false)));
            assertThat(check(store, 1, 13, 23)).isEqualTo(Verdict.ALLOWED);
        }
    }

    @Test
    void preferencesAndLabelsAreKeptAndANewerVersionWins() {
        Preferences preferences =
                Preferences.NONE
                        .withTopics("cats")
                        .withLanguages("eu", "de")
                        .withChosenItems(List.of(5L, -6L))
                        .withLabelSetting("spoiler", "hide")
                        .withAttribute("country", "PT");
        AccountLabel spam = new AccountLabel("spam", "yes", "model", 3, NOW + HOUR);
        try (UserStore store = open(UserLimits.DEFAULT)) {
            store.apply(
                    List.of(
                            new UserWrite.Prefer(1, preferences),
                            new UserWrite.Judge(1, spam),
                            new UserWrite.Judge(
                                    1, new AccountLabel("spam", "no", "model", 2, Label.NEVER))));
            assertThatThrownBy(
                            () ->
                                    store.apply(
                                            List.of(
                                                    new UserWrite.Prefer(
                                                            1, preferences.withTopics("")))))
                    .isInstanceOf(RetrievalException.class)
                    .hasMessageContaining("preferences.topics");
        }
        try (UserStore store = open(UserLimits.DEFAULT)) {
            assertThat(store.preferences(1)).contains(preferences);
            assertThat(store.preferences(2)).isEmpty();
            assertThat(store.labels(1)).containsExactly(spam);
            now.addAndGet(HOUR);
            assertThat(store.labels(1)).isEmpty();
            store.apply(List.of(new UserWrite.Unjudge(1, "spam")));
            assertThat(store.labels(1)).isEmpty();
        }
    }

    @Test
    void whatIsBeyondTheLimitsOfAUserOrACallIsRefusedByName() {
        List<UserEvent> events = new ArrayList<>();
        List<Long> items = new ArrayList<>();
        try (UserStore store = open(UserLimits.DEFAULT)) {
            for (long i = 0; i <= UserLimits.DEFAULT.eventsPerCallMax(); i++) {
                events.add(UserEvent.of("e" + i, 1, i, "view", NOW));
                items.add(i);
            }
            assertThatThrownBy(() -> store.record(events)).hasMessageContaining("events=1001");
            Preferences many = Preferences.NONE.withChosenItems(items);
            assertThatThrownBy(() -> store.apply(List.of(new UserWrite.Prefer(1, many))))
                    .hasMessageContaining("preferences=1001");
            for (int i = 0; i < UserLimits.DEFAULT.labelsPerUserMax(); i++) {
                store.apply(List.of(judge("label" + i)));
            }
            assertThatThrownBy(() -> store.apply(List.of(judge("one-more"))))
                    .hasMessageContaining("64 labels");
            assertThatThrownBy(() -> store.apply(List.of(new UserWrite.Count(1, "event.like", 1))))
                    .hasMessageContaining("event.like");
            assertThat(store.labels(1)).hasSize(64);
        }
    }

    private static UserWrite judge(String label) {
        return new UserWrite.Judge(1, new AccountLabel(label, "yes", "rules", 1, Label.NEVER));
    }

    @Test
    void aForgottenUserIsUnknownAndGoesFromTheStreamToo() {
        String mark = "zebra-mark";
        try (UserStore store = open(UserLimits.DEFAULT)) {
            for (int i = 0; i < 20; i++) {
                UserEvent event = UserEvent.of(mark + i, 1, i, "like", NOW - i * HOUR);
                store.record(List.of(event, UserEvent.of("e" + i, 2, i, "like", NOW))).join();
            }
            store.served(1, "s", new long[] {99}).join();
            store.apply(
                    List.of(
                            new UserWrite.Prefer(1, Preferences.NONE.withTopics("cats")),
                            new UserWrite.Connect(1, EdgeKind.BLOCK, 3, 0),
                            new UserWrite.Connect(1, EdgeKind.FOLLOW, 4, 0)));
            long position = store.forget(1);
            assertThat(store.history(1, 10)).isEmpty();
            assertThat(store.counters(1)).isEmpty();
            assertThat(store.preferences(1)).isEmpty();
            assertThat(store.targets(1, EdgeKind.BLOCK)).isEmpty();
            assertThat(store.check(1, new long[] {0, 99}, new long[2], Optional.of("s")))
                    .containsOnly(Verdict.ALLOWED);
            assertThat(record(store, UserEvent.of("late", 1, 5, "like", NOW - 1)))
                    .isEqualTo(Status.REFUSED);
            store.retain();
            assertStream(store, position);
            now.addAndGet(1);
            assertThat(record(store, UserEvent.of("new", 1, 5, "like", now.get())))
                    .isEqualTo(Status.STORED);
            assertThat(store.history(2, 100)).hasSize(20);
        }
    }

    /// The forgotten user's entries are erased, all others are there, and none is missing.
    private static void assertStream(UserStore store, long forgotten) {
        Changes.Page<UserChange> page = (Changes.Page<UserChange>) store.changesSince(0, 1_000);
        int erased = 0;
        Set<Long> users = new HashSet<>();
        for (UserChange change : page.changes()) {
            if (change.write() instanceof UserWrite.Erased) {
                erased++;
            } else if (change.position() < forgotten - 1) {
                users.add(change.write().user());
            }
        }
        assertThat(erased).isEqualTo(23);
        assertThat(users).containsExactly(2L);
        assertThat(page.changes().get((int) forgotten - 1).write())
                .isEqualTo(new UserWrite.Forget(1));
        assertThat(page.changes().get((int) forgotten - 2).write())
                .isEqualTo(new UserWrite.Disconnect(1, EdgeKind.BLOCK, 3));
    }

    @Test
    void whatAReaderHasNotReadIsKeptAndTooMuchOfItStopsEvents() {
        StoreOptions options = StoreOptions.at(directory).withChangesRetained(10);
        UserLimits limits = UserLimits.DEFAULT.withDisk(1 << 20, 300);
        try (UserStore store = UserStore.open(options, EventKinds.standard(), limits, clock)) {
            store.confirm("segments", 0).join();
            for (int i = 0; i <= 300; i++) {
                assertThat(record(store, UserEvent.of("e" + i, 1, i, "view", NOW)))
                        .isEqualTo(Status.STORED);
            }
            assertThatThrownBy(() -> store.record(List.of(UserEvent.of("x", 1, 1, "view", NOW))))
                    .hasMessageContaining("segments");
        }
        try (UserStore store = UserStore.open(options, EventKinds.standard(), limits, clock)) {
            assertThat(store.changesSince(0, 1_000)).isInstanceOf(Changes.Page.class);
            store.confirm("segments", 301).join();
            assertThat(record(store, UserEvent.of("x", 1, 1, "view", NOW)))
                    .isEqualTo(Status.STORED);
            assertThat(store.changesSince(0, 10)).isInstanceOf(Changes.Rebuild.class);
        }
    }

    @Test
    void theDisksShareOfIdsIsKeptByDroppingTheOldestAndRefusingEventsOfThen() {
        try (UserStore store = open(UserLimits.DEFAULT.withDisk(1 << 20, 1_000_000))) {
            for (int hour = 12; hour > 0; hour--) {
                List<UserEvent> events = new ArrayList<>();
                for (int i = 0; i < 1_000; i++) {
                    String id =
                            Long.toHexString(i * 0x9E3779B97F4A7C15L + hour) + "-" + "x".repeat(40);
                    events.add(UserEvent.of(id, i, 1, "view", NOW - hour * HOUR));
                }
                assertThat(store.record(events).join()).containsOnly(EventOutcome.STORED);
            }
            store.retain();
            UserEvent oldest = UserEvent.of("new-id", 5, 1, "view", NOW - 12 * HOUR);
            UserEvent newest = UserEvent.of("new-id", 5, 1, "view", NOW);
            assertThat(record(store, oldest)).isEqualTo(Status.REFUSED);
            assertThat(record(store, newest)).isEqualTo(Status.STORED);
        }
        try (UserStore store = open(UserLimits.DEFAULT)) {
            assertThat(record(store, UserEvent.of("z", 5, 1, "view", NOW - 12 * HOUR)))
                    .as("the refusal outlives the process")
                    .isEqualTo(Status.REFUSED);
        }
    }
}
