package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.actors.candidates.CandidateFinder;
import dev.mobula.actors.candidates.CandidateSettings;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ranker.RankerSettings;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.ranking.experiment.Arm;
import dev.mobula.ranking.experiment.Experiment;
import dev.mobula.ranking.experiment.ExperimentPlan;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.ranking.value.ValueModel;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.ItemState;
import dev.mobula.retrieval.store.Label;
import dev.mobula.training.log.LogOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a page holds to, on whichever cluster its services run.
public abstract class FeedContract {
    static final int ITEMS = 400;
    static final int AUTHORS = 80;
    static final Duration BUDGET = Duration.ofSeconds(10);
    static final long NOW = 1_700_000_000_000L;
    private static final AtomicInteger NAMES = new AtomicInteger();

    ItemShards items;
    Rankers rankers;
    UserShards users;
    CandidateFinder finder;
    String sourcesName = "";
    FakePeople people;
    Feed feed;

    protected abstract Cluster cluster();

    @BeforeEach
    void open() {
        String name = "feed-" + NAMES.incrementAndGet();
        items = ItemShards.spawn(cluster(), name + "-items", 2, ItemShardSettings.of(2));
        items.put(LongStream.rangeClosed(1, ITEMS).mapToObj(FeedContract::item).toList()).join();
        rankers =
                Rankers.spawn(
                        cluster(), name + "-ranker", 1, RankerSettings.following(items.layout()));
        users = UserShards.spawn(cluster(), name + "-users", 1);
        CandidateSettings sources =
                CandidateSettings.of(items.layout(), new ShardLayout(name + "-users", 1));
        finder = CandidateFinder.spawn(cluster(), name + "-sources", 1, sources);
        sourcesName = name + "-sources";
        people = new FakePeople();
        feed = open(FeedSettings.within(BUDGET));
    }

    Feed open(FeedSettings settings) {
        FeedParts parts = FeedParts.of(cluster(), items, rankers).withPeople(people);
        return Feed.open(parts, settings, InstantSource.fixed(Instant.ofEpochMilli(NOW)), 7);
    }

    @AfterEach
    void stop() {
        feed.close();
        List<ServiceRef> all = new ArrayList<>(rankers.rankers());
        all.addAll(items.shards());
        all.addAll(users.shards());
        all.add(new ServiceRef(sourcesName, 1));
        for (ServiceRef service : all) {
            if (cluster().lookup(service.name()).isPresent()) {
                cluster().stop(service);
            }
        }
    }

    /// Items lie on a circle in the order of their ids; topics are quarters of it.
    static Item item(long id) {
        double angle = 2 * Math.PI * id / ITEMS;
        return Item.of(id, 1_000 + id % AUTHORS, NOW - 1_000 * id)
                .withEmbedding(new float[] {(float) Math.cos(angle), (float) Math.sin(angle)})
                .withAttributes(
                        Map.of(
                                "topic",
                                new Attribute.Text("quarter" + 4 * (id - 1) / ITEMS),
                                StarterModel.QUALITY,
                                new Attribute.Real(.5),
                                StarterModel.POPULARITY,
                                new Attribute.Real(1)));
    }

    static List<Long> idsOf(FeedPage page) {
        return page.items().stream().map(FeedPage.Entry::id).toList();
    }

    static double distance(long one, long other) {
        long apart = Math.abs(one - other);
        return Math.min(apart, ITEMS - apart);
    }

    @Test
    void aPageIsFullOrderedCappedAndCountsEveryCandidateAtEveryStage() {
        people.likes(1, 100, NOW - 1_000);
        FeedPage page = feed.page(FeedRequest.of(1, 20));
        assertThat(page.degraded()).isEmpty();
        assertThat(page.model()).isEqualTo("starter-1");
        assertThat(idsOf(page)).hasSize(20).doesNotHaveDuplicates();
        assertThat(idsOf(page)).allSatisfy(id -> assertThat(distance(id, 100)).isLessThan(30));
        assertThat(page.items().stream().map(FeedPage.Entry::value).toList())
                .isSortedAccordingTo((one, other) -> Double.compare(other, one));
        assertThat(page.items())
                .allSatisfy(
                        entry -> {
                            assertThat(entry.author()).isEqualTo(1_000 + entry.id() % AUTHORS);
                            assertThat(entry.scores()).containsKeys("click", "like");
                            assertThat(entry.sources()).containsExactly(entry.source());
                            assertThat(entry.propensity()).isEqualTo(1);
                        });
        List<StageCount> stages = page.stages();
        assertThat(stages)
                .extracting(StageCount::stage)
                .containsExactly("candidates", "filter", "seen", "ranking", "page", "recheck");
        for (int i = 1; i < stages.size(); i++) {
            int given = stages.get(i - 1).selected();
            int left = stages.get(i - 1).reserve();
            assertThat(stages.get(i).in())
                    .isEqualTo(i == stages.size() - 1 ? given + left - unpooled(stages) : given);
        }
        assertThat(stages.getLast().selected()).isEqualTo(20);
        assertThat(feed.status().behind()).isEmpty();
        assertThat(feed.status().items()).isEqualTo(ITEMS);
    }

    /// Those of the page stage's reserve that are too far down to come in.
    private static int unpooled(List<StageCount> stages) {
        StageCount page = stages.get(stages.size() - 2);
        return page.selected() + page.reserve() - stages.getLast().in();
    }

    @Test
    void allSourcesFeedThePageAndWithoutThemTheNearestDo() {
        people.put(
                new Person(
                        1,
                        List.of(new Person.Event(100, "like", 1, NOW - 1_000)),
                        new long[] {1_003},
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        Map.of()));
        FeedSettings settings = FeedSettings.within(BUDGET).withValue("similarity + 5 * followed");
        FeedParts parts = FeedParts.of(cluster(), items, finder, rankers, people);
        InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(NOW));
        try (Feed all = Feed.open(parts, settings, clock, 7)) {
            FeedPage page = awaitSource(all, "followed");
            assertThat(page.items().subList(0, 3)).allMatch(entry -> entry.author() == 1_003);
            FeedPage.Entry followed = page.items().getFirst();
            assertThat(followed.sources()).contains("followed");
            assertThat(page.items()).anyMatch(entry -> entry.sources().contains("ann"));
            cluster().stop(new ServiceRef(sourcesName, 1));
            FeedPage nearest = all.page(FeedRequest.of(1, 20));
            assertThat(nearest.items()).hasSize(20);
            assertThat(nearest.items()).allMatch(entry -> entry.source().equals("nearest"));
            assertThat(nearest.degraded().get("candidates")).isIn("UNAVAILABLE", "TIMEOUT");
        }
    }

    /// Sources hear of items a moment after they were stored.
    private static FeedPage awaitSource(Feed feed, String source) {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (true) {
            FeedPage page = feed.page(FeedRequest.of(1, 20));
            long found =
                    page.items().stream().filter(entry -> entry.sources().contains(source)).count();
            if (found >= 3) {
                return page;
            }
            assertThat(System.nanoTime()).as("%s finds: %s", source, page).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void aLikeTurnsTheRankingOfTheVeryNextRequest() {
        people.likes(1, 50, NOW - 100_000);
        List<Long> before = idsOf(feed.page(FeedRequest.of(1, 20)));
        people.likes(1, 150, NOW - 1_000);
        List<Long> after = idsOf(feed.page(FeedRequest.of(1, 20)));
        assertThat(before).allSatisfy(id -> assertThat(distance(id, 50)).isLessThan(30));
        double centre = after.stream().mapToLong(Long::longValue).average().orElseThrow();
        assertThat(centre).isBetween(90.0, 115.0);
    }

    @Test
    void whoIsKnownByTopicsOrAFewItemsAloneGetsAPageOfThem() {
        FeedPage byTopic =
                feed.page(
                        FeedRequest.of(2, 10)
                                .withContext(
                                        new FeedContext(
                                                List.of("quarter2"), List.of(), "", Map.of())));
        assertThat(idsOf(byTopic)).hasSize(10).allMatch(id -> id > 200 && id <= 300);
        FeedPage byItem =
                feed.page(
                        FeedRequest.of(3, 10)
                                .withContext(
                                        new FeedContext(List.of(), List.of(20L), "", Map.of())));
        assertThat(idsOf(byItem)).hasSize(10).allMatch(id -> distance(id, 20) < 20);
        assertThat(idsOf(feed.page(FeedRequest.of(4, 10)))).hasSize(10);
    }

    @Test
    void whatIsForbiddenIsOnNoPageAndItsGapIsFilledInOrder() {
        people.likes(1, 100, NOW - 1_000);
        List<Long> first = idsOf(feed.page(FeedRequest.of(1, 10)));
        people.sees(1, first.get(0));
        people.hides(1, first.get(1));
        people.blocks(1, 1_000 + first.get(2) % AUTHORS);
        people.label(1_000 + first.get(3) % AUTHORS);
        items.delete(first.get(4)).join();
        items.put(List.of(item(first.get(5)).withState(ItemState.WITHHELD))).join();
        Label spam = new Label("spam", "test", 1, Label.NEVER);
        items.put(List.of(item(first.get(6)).withLabels(List.of(spam)))).join();
        FeedRequest request =
                FeedRequest.of(1, 10).withSeen(Set.of(first.get(7))).without(Set.of(first.get(8)));
        FeedPage page = feed.page(request);
        assertThat(page.degraded()).isEmpty();
        assertThat(idsOf(page)).hasSize(10).doesNotContainAnyElementsOf(first.subList(0, 9));
        assertThat(idsOf(page).getFirst()).isEqualTo(first.get(9));
    }

    @Test
    void aPageIsValuedByTheBundleWhoseModelRankedItAndACanarysUsersByTheCanarys(
            @TempDir Path folder) throws IOException {
        String far = "0 - similarity + 0 * click";
        String liked = "like";
        install(folder, "far", Map.of("home", far, "else", "click"));
        install(folder, "liked", Map.of("home", liked));
        people.likes(1, 100, NOW - 1_000);
        people.likes(2, 100, NOW - 1_000);
        Lineup both = Lineup.of("far").withCanary("liked", .5);
        long ofActive = userOf(both, "far");
        long ofCanary = userOf(both, "liked");
        try (ImpressionLog log =
                        ImpressionLog.open(
                                folder.resolve("log"), LogOptions.DEFAULT, InstantSource.system());
                Feed logging = logging(log, InstantSource.fixed(Instant.ofEpochMilli(NOW)))) {
            rankers.lineUp(both).join();
            assertThat(valueOf(logging, ofActive, "home")).isEqualTo("far: " + far);
            assertThat(valueOf(logging, ofActive, "else")).isEqualTo("far: click");
            assertThat(valueOf(logging, ofActive, "other")).isEqualTo("far: " + STANDARD);
            assertThat(valueOf(logging, ofCanary, "home")).isEqualTo("liked: " + liked);
            assertThat(valueOf(logging, ofCanary, "else")).isEqualTo("liked: " + STANDARD);
            rankers.lineUp(Lineup.of("starter-1")).join();
            assertThat(valueOf(logging, ofActive, "home")).isEqualTo("starter-1: " + STANDARD);
            rankers.lineUp(Lineup.of("far")).join();
            logging.experiments(armWith("value", "2 * similarity"));
            assertThat(valueOf(logging, ofActive, "home")).isEqualTo("far: 2 * similarity");
        }
    }

    private static final String STANDARD = "similarity + click + like";

    private static String valueOf(Feed feed, long user, String surface) {
        FeedPage page = feed.page(FeedRequest.of(user, 10).onSurface(surface));
        LoggedPage logged = feed.logged(page.requestId()).orElseThrow();
        assertThat(page.degraded()).isEmpty();
        return logged.model() + ": " + logged.value();
    }

    private static long userOf(Lineup lineup, String version) {
        return LongStream.iterate(1, user -> user + 1)
                .filter(user -> lineup.versionFor(user).equals(version))
                .findFirst()
                .orElseThrow();
    }

    /// The starter under another version, with values of its own.
    private void install(Path folder, String version, Map<String, String> values)
            throws IOException {
        RankingModel starter = StarterModel.create();
        RankingModel renamed =
                RankingModel.of(
                        version,
                        starter.layout(),
                        starter.graph().orElseThrow(),
                        starter.weights());
        Path own = folder.resolve(version);
        ModelFolder.save(own, renamed, List.of());
        ModelFolder.save(own, ValueModel.of(version, values, ValueNames.with(renamed.headNames())));
        rankers.install(own).join();
    }

    private static ExperimentPlan armWith(String parameter, String value) {
        Experiment everybody =
                new Experiment(
                        "one",
                        "page",
                        0,
                        Experiment.SLOTS,
                        List.of(
                                new Arm("one", 1, Map.of(parameter, value)),
                                new Arm("same", 1, Map.of(parameter, value))),
                        NOW - 1,
                        NOW + 1);
        return new ExperimentPlan(
                List.of(everybody), 0, FeedParameters.all(FeedSettings.within(BUDGET)));
    }

    @Test
    void pagesOfACursorNeverRepeatAndDebugMarksNothing() {
        people.likes(1, 100, NOW - 1_000);
        Set<Long> all = new HashSet<>();
        String cursor = "";
        for (int i = 0; i < 6; i++) {
            FeedPage page = feed.page(FeedRequest.of(1, 30).withCursor(cursor));
            assertThat(page.items()).hasSize(30);
            page.items().forEach(entry -> assertThat(all.add(entry.id())).isTrue());
            cursor = page.cursor();
            assertThat(cursor).isNotEmpty();
        }
        int marked = people.servedPages();
        FeedPage looked = feed.page(FeedRequest.of(1, 30).withCursor(cursor).asDebug());
        assertThat(looked.items()).hasSize(30).noneMatch(entry -> all.contains(entry.id()));
        assertThat(looked.cursor()).isEmpty();
        assertThat(people.servedPages()).isEqualTo(marked);
        assertThat(idsOf(feed.page(FeedRequest.of(1, 30).withCursor(cursor).asDebug())))
                .isEqualTo(idsOf(looked));
        String good = cursor;
        for (String bad : List.of("x", "!!", good.substring(2), changed(good))) {
            assertThatThrownBy(() -> feed.page(FeedRequest.of(1, 30).withCursor(bad)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("cursor=" + bad);
        }
        assertThatThrownBy(() -> feed.page(FeedRequest.of(2, 30).withCursor(good)))
                .hasMessageContaining("another user");
        assertThatThrownBy(() -> feed.page(FeedRequest.of(1, 30).onSurface("x").withCursor(good)))
                .hasMessageContaining("surface x");
    }

    private static String changed(String cursor) {
        char other = cursor.charAt(9) == 'A' ? 'B' : 'A';
        return cursor.substring(0, 9) + other + cursor.substring(10);
    }

    @Test
    void aShardARankerOrTheUsersStateThatIsAwayShortensThePageAndIsNamed() {
        people.likes(1, 100, NOW - 1_000);
        people.away(true);
        FeedPage nobody = feed.page(FeedRequest.of(1, 20));
        assertThat(nobody.items()).isEmpty();
        assertThat(nobody.degraded()).containsEntry("seen", "UNAVAILABLE");
        people.away(false);
        cluster().stop(rankers.rankers().getFirst());
        FeedPage unranked = feed.page(FeedRequest.of(1, 20));
        assertThat(unranked.items()).hasSize(20);
        assertThat(unranked.model()).isEqualTo(FeedPage.UNRANKED);
        assertThat(unranked.degraded()).containsEntry("ranking", "UNAVAILABLE");
        ServiceRef gone = items.shards().getFirst();
        cluster().stop(gone);
        FeedPage half = feed.page(FeedRequest.of(1, 20));
        assertThat(half.items()).isNotEmpty();
        assertThat(idsOf(half)).allMatch(id -> !items.layout().owner(id).equals(gone));
        assertThat(half.degraded()).containsKey(gone.name());
        cluster().stop(items.shards().getLast());
        FeedPage empty = feed.page(FeedRequest.of(1, 20));
        assertThat(empty.items()).isEmpty();
        assertThat(empty.degraded()).isNotEmpty();
    }

    @Test
    void aLoggedPageIsFoundByItsNameAndScoredAgainToTheSameBits(@TempDir Path folder) {
        InstantSource clock = InstantSource.fixed(Instant.ofEpochMilli(NOW));
        List<FeedPage> pages = new ArrayList<>();
        try (ImpressionLog log = ImpressionLog.open(folder, LogOptions.DEFAULT, clock);
                Feed logging = logging(log, clock)) {
            for (long user = 1; user <= 5; user++) {
                people.likes(user, 60 * user, NOW - 1_000);
                pages.add(logging.page(FeedRequest.of(user, 10)));
            }
            String looked = logging.page(FeedRequest.of(1, 10).asDebug()).requestId();
            assertThat(logging.logged(looked)).isEmpty();
            assertThat(logging.logged("nothing")).isEmpty();
            assertThat(logging.logged(pages.getFirst().requestId())).isPresent();
        }
        // later the log is opened again, and items have changed
        items.put(
                        LongStream.rangeClosed(1, ITEMS)
                                .mapToObj(id -> item(id).withAttributes(Map.of()))
                                .toList())
                .join();
        assertThat(rankers.awaitCaughtUp(items, Duration.ofSeconds(60))).isTrue();
        try (ImpressionLog log = ImpressionLog.open(folder, LogOptions.DEFAULT, clock);
                Feed logging = logging(log, clock)) {
            for (FeedPage page : pages) {
                LoggedPage logged = logging.logged(page.requestId()).orElseThrow();
                assertThat(logged.items()).isEqualTo(page.items());
                assertThat(logged.stages()).isEqualTo(page.stages());
                assertThat(logged.user()).isEqualTo(page.user());
                assertThat(page.items())
                        .filteredOn(entry -> entry.propensity() < 1)
                        .hasSize(2)
                        .allSatisfy(
                                entry ->
                                        assertThat(1 / entry.propensity())
                                                .isCloseTo(
                                                        Math.rint(1 / entry.propensity()),
                                                        within(1e-9)));
                Replay replay = logging.replay(page.requestId());
                assertThat(replay.same()).isTrue();
                assertThat(replay.places()).extracting(Replay.Place::item).isEqualTo(idsOf(page));
            }
        }
    }

    private Feed logging(ImpressionLog log, InstantSource clock) {
        return Feed.open(
                FeedParts.of(cluster(), items, finder, rankers, people).withImpressions(log),
                FeedSettings.within(BUDGET).withExploration(2),
                clock,
                7);
    }

    @Test
    void anArmsParametersReachEveryStageAndTheHeldOutKeepTheStandard() {
        Experiment one =
                new Experiment(
                        "caps",
                        "page",
                        0,
                        Experiment.SLOTS,
                        List.of(
                                new Arm("control", 1, Map.of()),
                                new Arm(
                                        "one",
                                        1,
                                        Map.of(
                                                "perAuthorMax",
                                                "1",
                                                "value",
                                                "0 - similarity",
                                                "candidates",
                                                "50"))),
                        NOW - 1,
                        NOW + 1);
        feed.experiments(
                new ExperimentPlan(
                        List.of(one), .2, FeedParameters.all(FeedSettings.within(BUDGET))));
        Set<String> arms = new HashSet<>();
        for (long user = 1; user <= 40; user++) {
            people.likes(user, 100, NOW - 1_000);
            FeedPage page = feed.page(FeedRequest.of(user, 10));
            boolean isTreated =
                    page.experiments().stream().anyMatch(exposure -> exposure.arm().equals("one"));
            arms.add(page.experiments().toString());
            StageCount ranking = page.stages().get(3);
            assertThat(ranking.selected()).isEqualTo(isTreated ? 50 : ITEMS);
            assertThat(page.items().getFirst().value() < 0).isEqualTo(isTreated);
        }
        assertThat(arms).hasSize(3);
    }
}
