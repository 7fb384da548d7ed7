package dev.mobula.actors.ray;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.candidates.CandidateFinder;
import dev.mobula.actors.candidates.CandidateSettings;
import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedPage;
import dev.mobula.actors.feed.FeedParts;
import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.actors.feed.FeedSettings;
import dev.mobula.actors.feed.UserPeople;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ranker.RankRequest;
import dev.mobula.actors.ranker.RankerSettings;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceStatus;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// Pages go on while services, nodes and models come and go under load.
@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayOutageTest {
    private static final long SEED = 3;
    private static final int ITEMS = 300;
    private static final int USERS = 200;
    private static final int ITEM_SHARDS = 3;
    private static final int USER_SHARDS = 2;
    private static final int PLACES = 20;
    private static final int CALM_PAGES = 60;

    // rankers may choose different kernels
    private static final double NEARLY = 1e-4;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir private Path folder;

    private final RayTestCluster ray;
    private final List<ServiceRef> spawned = new ArrayList<>();
    private ItemShards items;
    private UserShards users;
    private Rankers rankers;
    private Feed feed;

    RayOutageTest(RayTestCluster ray) {
        this.ray = ray;
    }

    @BeforeEach
    void open() {
        RayCluster cluster = ray.services();
        items = ItemShards.spawn(cluster, "outage-items", ITEM_SHARDS, ItemShardSettings.of(2));
        items.put(LongStream.rangeClosed(1, ITEMS).mapToObj(RayOutageTest::item).toList()).join();
        users = UserShards.spawn(cluster, "outage-users", USER_SHARDS);
        rankers =
                Rankers.spawn(
                        cluster, "outage-ranker", 2, RankerSettings.following(items.layout()));
        CandidateFinder finder =
                CandidateFinder.spawn(
                        cluster,
                        "outage-candidates",
                        1,
                        CandidateSettings.of(
                                items.layout(), new ShardLayout("outage-users", USER_SHARDS)));
        spawned.addAll(items.shards());
        spawned.addAll(users.shards());
        spawned.addAll(rankers.rankers());
        spawned.add(finder.service());
        assertThat(rankers.awaitCaughtUp(items, LIMIT)).isTrue();
        feed =
                Feed.open(
                        FeedParts.of(cluster, items, finder, rankers, new UserPeople(users)),
                        FeedSettings.within(Duration.ofSeconds(5)),
                        InstantSource.system(),
                        SEED);
        assertThat(feed.awaitItems(LIMIT)).isTrue();
        assertThat(feed.warmUp(LIMIT)).isTrue();
    }

    @AfterEach
    void stop() {
        feed.close();
        spawned.forEach(ray.services()::stop);
    }

    private static Item item(long id) {
        double angle = 2 * Math.PI * id / ITEMS;
        return Item.of(id, 10_000 + id % 100, 1_000 * id)
                .withEmbedding(new float[] {(float) Math.cos(angle), (float) Math.sin(angle)})
                .withAttributes(
                        Map.of(
                                StarterModel.QUALITY, new Attribute.Real(.5),
                                StarterModel.POPULARITY, new Attribute.Real(1)));
    }

    /// Users at random who ask for one page after the other, until it is closed.
    private final class Load implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong asked = new AtomicLong();
        private final AtomicLong full = new AtomicLong();
        private final AtomicLong inARow = new AtomicLong();
        private final ConcurrentLinkedQueue<Throwable> failed = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<FeedPage> odd = new ConcurrentLinkedQueue<>();
        private final Set<String> models = ConcurrentHashMap.newKeySet();
        private final Map<String, Double> clickOf;
        private final List<Thread> threads = new ArrayList<>();

        /// @param clickOf what each model says of every item; none is looked at when it is empty
        Load(Map<String, Double> clickOf) {
            this.clickOf = clickOf;
            SplittableRandom random = new SplittableRandom(SEED);
            for (int i = 0; i < 3; i++) {
                SplittableRandom own = random.split();
                threads.add(Thread.ofPlatform().start(() -> ask(own)));
            }
        }

        private void ask(SplittableRandom random) {
            while (!over.get()) {
                try {
                    note(feed.page(FeedRequest.of(1 + random.nextInt(USERS), PLACES)));
                } catch (RuntimeException refused) {
                    failed.add(refused);
                }
            }
        }

        private void note(FeedPage page) {
            boolean isFull = page.items().size() == PLACES;
            asked.incrementAndGet();
            full.addAndGet(isFull ? 1 : 0);
            inARow.updateAndGet(before -> isFull ? before + 1 : 0);
            models.add(page.model());
            boolean isShortWithoutAWord = !isFull && page.degraded().isEmpty();
            Double click = clickOf.get(page.model());
            boolean isMixed =
                    click != null
                            && page.items().stream()
                                    .map(one -> one.scores().getOrDefault("click", -1.0))
                                    .anyMatch(score -> Math.abs(score - click) > NEARLY);
            if (isShortWithoutAWord || isMixed) {
                odd.add(page);
            }
        }

        /// Waits for many full pages one after the other.
        void awaitCalm() {
            inARow.set(0);
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (inARow.get() < CALM_PAGES) {
                assertThat(System.nanoTime()).as("full pages again").isLessThan(deadline);
                LockSupport.parkNanos(5_000_000);
            }
        }

        void assertGood() {
            assertThat(failed).isEmpty();
            assertThat(odd).isEmpty();
        }

        @Override
        public void close() {
            over.set(true);
            for (Thread thread : threads) {
                try {
                    thread.join();
                } catch (InterruptedException stop) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /// @param share of the users or items that are on what is ended
    private static void assertOutage(Load load, double share, Runnable end) {
        load.awaitCalm();
        long askedBefore = load.asked.get();
        long fullBefore = load.full.get();
        end.run();
        load.awaitCalm();
        double asked = load.asked.get() - askedBefore;
        double full = (load.full.get() - fullBefore) / asked;
        // what was drawn is not what is owned: four standard deviations of that
        double chance = 4 * Math.sqrt(share * (1 - share) / asked);
        assertThat(full).isGreaterThanOrEqualTo(1 - share - 0.01 - chance);
        load.assertGood();
    }

    private void kill(ServiceRef service) {
        ProcessHandle.of(ray.services().processOf(service)).orElseThrow().destroyForcibly();
    }

    @Test
    void aKilledShardRankerOrUserStateCostsItsShareOfFullPagesAndNoPage() {
        try (Load load = new Load(Map.of())) {
            assertOutage(load, 1.0 / ITEM_SHARDS, () -> kill(items.shards().get(1)));
            assertOutage(load, 0, () -> kill(rankers.rankers().getFirst()));
            assertOutage(load, 1.0 / USER_SHARDS, () -> kill(users.shards().getFirst()));
        }
    }

    @Test
    void aLostNodeCostsNoPageAndItsServicesComeBackWithIt() {
        Map<String, Set<String>> byNode = new HashMap<>();
        for (ServiceStatus service : ray.services().services()) {
            if (service.name().startsWith("outage-")) {
                byNode.computeIfAbsent(service.node(), node -> new TreeSet<>()).add(service.name());
            }
        }
        byNode.remove("node-1"); // of which this process is a part
        String lost =
                byNode.entrySet().stream()
                        .max(Map.Entry.comparingByValue((one, other) -> one.size() - other.size()))
                        .orElseThrow()
                        .getKey();
        Set<String> there = byNode.getOrDefault(lost, Set.of());
        double share =
                Math.min(
                        1,
                        count(there, "outage-items") / (double) ITEM_SHARDS
                                + count(there, "outage-users") / (double) USER_SHARDS);
        try (Load load = new Load(Map.of())) {
            assertOutage(
                    load,
                    share,
                    () -> {
                        ray.nodes().node(lost).killRaylet();
                        ray.nodes().restart(lost);
                    });
        }
    }

    private static long count(Set<String> services, String family) {
        return services.stream().filter(name -> name.startsWith(family)).count();
    }

    private static RankingModel model(String version, float bias) {
        RankingModel starter = StarterModel.create();
        Map<String, Tensor> tensors = new HashMap<>(starter.weights().tensors());
        tensors.put("click.bias", new Tensor(List.of(1), new float[] {bias}));
        return RankingModel.of(
                version, starter.layout(), starter.graph().orElseThrow(), Weights.of(tensors));
    }

    private String install(String version, float bias) throws IOException {
        Path model = folder.resolve(version);
        ModelFolder.save(model, model(version, bias), List.of());
        return rankers.install(model).join();
    }

    private double clickOf(String version) {
        rankers.lineUp(Lineup.of(version)).join();
        FeedPage page = feed.page(FeedRequest.of(1, PLACES));
        assertThat(page.model()).isEqualTo(version);
        return Objects.requireNonNull(page.items().getFirst().scores().get("click"));
    }

    @Test
    void aSwapAndAWayBackUnderLoadFailNoPageMixNoModelsAndLoseNoItem() throws Exception {
        String one = install("swap-one", -3);
        String two = install("swap-two", 2);
        Map<String, Double> clicks = Map.of(one, clickOf(one), two, clickOf(two));
        assertThat(clicks.get(one)).isLessThan(clicks.get(two));
        Set<Long> alive = new TreeSet<>(LongStream.rangeClosed(1, ITEMS).boxed().toList());
        try (Load load = new Load(clicks)) {
            for (int round = 0; round < 6; round++) {
                load.awaitCalm();
                write(round, alive);
                rankers.lineUp(Lineup.of(round % 2 == 0 ? one : two)).join();
            }
            load.awaitCalm();
            load.assertGood();
            assertThat(load.models).containsExactlyInAnyOrder(one, two);
        }
        assertThat(rankers.awaitCaughtUp(items, LIMIT)).isTrue();
        long[] all = LongStream.rangeClosed(1, 2 * ITEMS).toArray();
        for (int ranker = 0; ranker < 2; ranker++) {
            long[] scored = rankers.score(RankRequest.of(1, all, 1_000), LIMIT).join().ids();
            assertThat(new TreeSet<>(LongStream.of(scored).boxed().toList())).isEqualTo(alive);
        }
        for (String version : List.of(one, two)) {
            rankers.lineUp(Lineup.of("starter-1")).join();
            rankers.retire(version).join();
        }
    }

    /// Some go and some come, acknowledged, while models are swapped.
    private void write(int round, Set<Long> alive) {
        for (long gone = 1 + 10L * round; gone <= 10L * (round + 1); gone++) {
            items.delete(gone).join();
            alive.remove(gone);
            items.put(List.of(item(ITEMS + gone))).join();
            alive.add(ITEMS + gone);
        }
    }
}
