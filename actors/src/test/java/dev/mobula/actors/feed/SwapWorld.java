package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.candidates.CandidateFinder;
import dev.mobula.actors.candidates.CandidateSettings;
import dev.mobula.actors.candidates.SourceKind;
import dev.mobula.actors.items.FoundItems;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.ItemSpaces;
import dev.mobula.actors.items.SpaceStatus;
import dev.mobula.actors.loop.LoopParts;
import dev.mobula.actors.loop.LoopSettings;
import dev.mobula.actors.loop.Outcomes;
import dev.mobula.actors.loop.RetrainingLoop;
import dev.mobula.actors.loop.ServedLog;
import dev.mobula.actors.loop.Turn;
import dev.mobula.actors.ranker.RankerSettings;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.recipe.Recipes;
import dev.mobula.training.run.Experiment;
import dev.mobula.training.run.RunDescription;
import dev.mobula.training.run.RunFolder;
import dev.mobula.training.run.RunWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.LongStream;

/// A feed over all of its services in one JVM, and bundles that bring two towers of their own.
///
/// By the vectors they are stored with, items are near the items of the numbers beside theirs. People walk among the items
/// that have the same remainder, and two towers learn that.
final class SwapWorld implements AutoCloseable {
    private static final AtomicInteger NAMES = new AtomicInteger();
    static final String VALUE = "click + like + 0 * ageHours";
    private static final String USUAL_VALUE = "similarity + click + like";
    private static final int ITEMS = 180;
    private static final int GROUPS = 6;
    private static final int USERS = 40;
    private static final int PLACES = 10;
    private static final int NEAREST = 10;
    private static final int NEAR_LEAST = 3;
    private static final int FRESH = 40;
    private static final int FIRST_NEW = 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path folder;
    private final Cluster cluster;
    private final ItemShards items;
    private final Rankers rankers;
    private final FeedParts parts;
    private final ImpressionLog log;
    private final BundleStore bundles;
    private final Set<Long> alive =
            new TreeSet<>(LongStream.rangeClosed(1, ITEMS).boxed().toList());
    private final Set<Long> gone = ConcurrentHashMap.newKeySet();
    private final List<ServiceRef> spawned = new ArrayList<>();
    private Feed feed;
    private int written;

    SwapWorld(Cluster cluster, Path folder) throws IOException {
        this.folder = folder;
        this.cluster = cluster;
        String name = "swap-" + NAMES.incrementAndGet();
        items = ItemShards.spawn(cluster, name + "-items", 2, ItemShardSettings.of(2));
        items.put(LongStream.rangeClosed(1, ITEMS).mapToObj(SwapWorld::item).toList()).join();
        rankers =
                Rankers.spawn(
                        cluster,
                        name + "-ranker",
                        2,
                        RankerSettings.following(items.layout()).withPackedAlone());
        UserShards users = UserShards.spawn(cluster, name + "-users", 1);
        CandidateSettings sources =
                CandidateSettings.of(items.layout(), new ShardLayout(name + "-users", 1))
                        .withLanes(
                                new CandidateSettings.Lane(SourceKind.ANN, NEAREST, 5_000, 64),
                                new CandidateSettings.Lane(SourceKind.FRESH, FRESH, 5_000, 64));
        CandidateFinder finder = CandidateFinder.spawn(cluster, name + "-sources", 1, sources);
        spawned.addAll(items.shards());
        spawned.addAll(rankers.rankers());
        spawned.addAll(users.shards());
        spawned.add(finder.service());
        FakePeople people = new FakePeople();
        for (long user = 1; user <= USERS; user++) {
            people.likes(user, user, System.currentTimeMillis() - 1_000);
        }
        log = ImpressionLog.open(pages(), LogOptions.DEFAULT, InstantSource.system());
        parts = FeedParts.of(cluster, items, finder, rankers, people).withImpressions(log);
        bundles = BundleStore.open(folder.resolve("bundles"), 1L << 30, InstantSource.system());
        feed = open();
    }

    private Path pages() {
        return folder.resolve("pages");
    }

    private Feed open() {
        Feed opened =
                Feed.open(
                        parts,
                        FeedSettings.within(Duration.ofSeconds(10)).withExploration(1),
                        InstantSource.system(),
                        7);
        assertThat(opened.awaitItems(LIMIT)).isTrue();
        return opened;
    }

    /// Whether most of what was found near a user has the remainder of what the user liked, as only the towers have it;
    /// empty where too few were.
    static Optional<Boolean> isNearInGroup(LoggedPage page) {
        List<Long> near =
                page.items().stream()
                        .filter(entry -> entry.sources().contains("ann"))
                        .map(FeedPage.Entry::id)
                        .toList();
        long alike = near.stream().filter(id -> id % GROUPS == page.user() % GROUPS).count();
        return near.size() < NEAR_LEAST ? Optional.empty() : Optional.of(2 * alike > near.size());
    }

    private static Item item(long id) {
        double angle = 2 * Math.PI * id / ITEMS;
        return Item.of(id, 10_000 + id, System.currentTimeMillis() - 1_000 * id)
                .withEmbedding(new float[] {(float) Math.cos(angle), (float) Math.sin(angle)})
                .withAttributes(
                        Map.of(
                                StarterModel.QUALITY, new Attribute.Real(.5),
                                StarterModel.POPULARITY, new Attribute.Real(1)));
    }

    BundleStore bundles() {
        return bundles;
    }

    /// A bundle of two towers, learned here, their index, the starter under this version, and a value of its own.
    String publishWhole(String version) throws IOException {
        Path towers = Files.createDirectories(folder.resolve("towers"));
        Files.writeString(towers.resolve("events.txt"), walks());
        Path description =
                Files.writeString(
                        towers.resolve("towers.yaml"),
                        """
                        name: towers
                        task: two-tower
                        seed: 5
                        batch: 64
                        steps: 150
                        engine: vector
                        data: {sequences: events.txt, k: 5}
                        model: {width: 16, dimension: 16, hidden: [32], events: 5, temperature: 0.1}
                        optimizer: {rate: 0.003, table-rate: 0.01, table: adam}
                        bundle: {name: towers, store: %s}
                        """
                                .formatted(folder.resolve("bundles")));
        String learned =
                new Experiment(
                                RunDescription.read(description, Recipes.all()),
                                new RunFolder(towers.resolve("run")),
                                RunWatcher.NONE,
                                InstantSource.system(),
                                System::nanoTime)
                        .run()
                        .bundle();
        Bundle found = bundles.load(learned, (done, total) -> {});
        Path value =
                Files.writeString(
                        folder.resolve("value.json"),
                        "{\"version\": \"1\", \"surfaces\": {\"home\": \"%s\"}}".formatted(VALUE));
        return bundles.publish(
                draft(version)
                        .add(Role.VALUE_MODEL, "surfaces", value)
                        .add(Role.ENCODER, "two-tower", found.path(Role.ENCODER, "two-tower"))
                        .add(Role.ITEM_INDEX, "items", found.path(Role.ITEM_INDEX, "items")));
    }

    /// A bundle of the starter under this version and of nothing else.
    String publishPlain(String version) throws IOException {
        return bundles.publish(draft(version));
    }

    private BundleDraft draft(String version) throws IOException {
        RankingModel starter = StarterModel.create();
        RankingModel renamed =
                RankingModel.of(
                        version,
                        starter.layout(),
                        starter.graph().orElseThrow(),
                        starter.weights());
        Path ranker = folder.resolve("ranker-" + version);
        ModelFolder.save(ranker, renamed, List.of());
        return new BundleDraft(
                        version,
                        new Lineage("", "", "test", "test", Map.of(), List.of()),
                        Evidence.NONE)
                .add(Role.RANKER, "ranker", ranker);
    }

    private static String walks() {
        SplittableRandom random = new SplittableRandom(3);
        StringBuilder lines = new StringBuilder();
        int size = ITEMS / GROUPS;
        for (int person = 0; person < 400; person++) {
            int group = random.nextInt(GROUPS);
            int at = random.nextInt(size);
            lines.append("p").append(person);
            for (int event = 0; event < 8; event++) {
                int id = at * GROUPS + group;
                lines.append(' ').append(id == 0 ? ITEMS : id);
                at = random.nextInt(size);
            }
            lines.append('\n');
        }
        return lines.toString();
    }

    /// @param eachPause run whenever the loop waits
    RetrainingLoop loop(
            String name,
            String bundle,
            Outcomes outcomes,
            LoopSettings settings,
            Runnable eachPause) {
        return new RetrainingLoop(
                new LoopParts(
                        rankers,
                        new ItemSpaces(items),
                        feed::readLineup,
                        bundles,
                        turn -> bundle,
                        outcomes,
                        served(),
                        folder.resolve("loop-" + name),
                        time -> {
                            eachPause.run();
                            write();
                            pageOf(1L + written % USERS);
                        },
                        InstantSource.system()),
                settings);
    }

    /// One whole turn while people ask and items come and go.
    Turn turnUnderLoad(String name, String bundle, Outcomes outcomes, LoopSettings settings)
            throws InterruptedException {
        try (Load load = load()) {
            load.await(20);
            Turn turn = loop(name, bundle, outcomes, settings, () -> {}).turn();
            load.await(40);
            load.assertWhole(Set.of(turn.before()), turn.version());
            return turn;
        }
    }

    private ServedLog served() {
        ServedLog none = ServedLog.of(folder.resolve("nothing"));
        return new ServedLog() {
            @Override
            public List<Path> impressions() {
                try {
                    return ImpressionLog.folders(pages()).stream()
                            .map(EventLog::impressions)
                            .toList();
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
            }

            @Override
            public Path feedback() {
                return none.feedback();
            }

            @Override
            public Map<String, Long> erased() {
                return Map.of();
            }

            @Override
            public Map<Long, Long> forgotten() {
                return Map.of();
            }
        };
    }

    /// One item goes for good, one goes and comes back, and a new one comes; each acknowledged.
    private void write() {
        written++;
        long victim = USERS + 1L + written % (ITEMS - USERS);
        if (written <= (ITEMS - USERS) / 2) {
            items.delete(victim).join();
            gone.add(victim);
            alive.remove(victim);
        }
        long moving = 1L + written % USERS;
        items.delete(moving).join();
        items.put(List.of(item(moving), item(FIRST_NEW + written))).join();
        alive.add(FIRST_NEW + (long) written);
    }

    boolean isShadowed(String version) {
        return rankers.status().stream()
                .allMatch(ranker -> ranker.lineup().shadows().contains(version));
    }

    /// A page of a user, as it was logged.
    LoggedPage pageOf(long user) {
        return pageOf(user, PLACES);
    }

    /// All that was found for a user.
    LoggedPage longPageOf(long user) {
        return pageOf(user, NEAREST + FRESH);
    }

    private LoggedPage pageOf(long user, int places) {
        return feed.logged(feed.page(FeedRequest.of(user, places)).requestId()).orElseThrow();
    }

    /// What is stored is found, and nothing else, in either space.
    void assertNothingLostOrRevived() {
        assertThat(foundIn("", new float[] {1, 1})).isEqualTo(alive);
        Set<Long> known = new TreeSet<>(alive);
        known.removeIf(id -> id > ITEMS);
        Set<String> names = new TreeSet<>();
        new ItemSpaces(items)
                .status()
                .values()
                .forEach(all -> all.stream().map(SpaceStatus::name).forEach(names::add));
        assertThat(names).hasSize(1);
        assertThat(foundIn(String.join("", names), new float[16])).isEqualTo(known);
    }

    private Set<Long> foundIn(String space, float[] query) {
        FoundItems found =
                items.search(space, query, 2_000, 4_000, Filter.EVERYTHING, LIMIT).join();
        assertThat(found.missing()).isEmpty();
        return new TreeSet<>(LongStream.of(found.hits().ids()).boxed().toList());
    }

    /// One that the encoder cannot know.
    void assertNewItemIsFound() {
        long fresh = FIRST_NEW + 100_000;
        items.put(
                        List.of(item(1).withEmbedding(new float[] {1, 0})).stream()
                                .map(any -> Item.of(fresh, 5, System.currentTimeMillis()))
                                .toList())
                .join();
        alive.add(fresh);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (feed.page(FeedRequest.of(3, 60)).items().stream()
                .noneMatch(entry -> entry.id() == fresh)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    void restartServices(Consumer<ServiceRef> restart) {
        items.shards().forEach(restart);
        rankers.rankers().forEach(restart);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!items.ready(LIMIT).join().isEmpty() || !feed.awaitItems(LIMIT)) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(rankers.awaitCaughtUp(items, LIMIT)).isTrue();
    }

    void reopenFeed() {
        feed.close();
        feed = open();
    }

    Load load() {
        return new Load();
    }

    /// People who ask for one page after the other, until it is closed.
    final class Load implements AutoCloseable {
        private final AtomicBoolean over = new AtomicBoolean();
        private final AtomicLong pages = new AtomicLong();
        private final ConcurrentLinkedQueue<Throwable> failed = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<String> odd = new ConcurrentLinkedQueue<>();
        private final Map<String, Set<String>> seen = new ConcurrentHashMap<>();
        private final Set<String> looked = ConcurrentHashMap.newKeySet();
        private final List<Thread> threads = new ArrayList<>();

        private Load() {
            SplittableRandom random = new SplittableRandom(11);
            for (int i = 0; i < 2; i++) {
                SplittableRandom own = random.split();
                threads.add(Thread.ofPlatform().start(() -> ask(own)));
            }
        }

        private void ask(SplittableRandom random) {
            while (!over.get()) {
                try {
                    Set<Long> goneBefore = Set.copyOf(gone);
                    LoggedPage page = pageOf(1 + random.nextInt(USERS));
                    note(page, goneBefore);
                } catch (RuntimeException refused) {
                    failed.add(refused);
                }
            }
        }

        private void note(LoggedPage page, Set<Long> goneBefore) {
            pages.incrementAndGet();
            seen.computeIfAbsent(page.model(), model -> ConcurrentHashMap.newKeySet())
                    .add(page.space() + " " + page.value());
            if (page.items().size() != PLACES || !page.degraded().isEmpty()) {
                odd.add(page.items().size() + " items, degraded " + page.degraded());
            }
            page.items().stream()
                    .map(FeedPage.Entry::id)
                    .filter(goneBefore::contains)
                    .forEach(id -> odd.add("item " + id + " was deleted before"));
            isNearInGroup(page)
                    .ifPresent(
                            inGroup -> {
                                looked.add(page.model());
                                if (inGroup == page.space().isEmpty()) {
                                    odd.add("space '" + page.space() + "' found " + page.items());
                                }
                            });
        }

        /// Waits for so many more pages.
        void await(int more) {
            long wanted = pages.get() + more;
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (pages.get() < wanted) {
                assertThat(failed).isEmpty();
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(1_000_000);
            }
        }

        /// No page failed or was short, and every version went with its own space and value alone.
        void assertWhole(Set<String> usual, String whole) {
            assertThat(failed).isEmpty();
            assertThat(odd).isEmpty();
            assertThat(seen.keySet()).containsAll(usual).contains(whole).hasSize(usual.size() + 1);
            assertThat(looked).containsAnyElementsOf(usual);
            for (String plain : usual) {
                assertThat(seen.get(plain)).containsExactly(" " + USUAL_VALUE);
            }
            assertThat(seen.get(whole))
                    .singleElement()
                    .asString()
                    .endsWith(" " + VALUE)
                    .doesNotStartWith(" ");
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

    @Override
    public void close() {
        feed.close();
        log.close();
        spawned.forEach(cluster::stop);
    }
}
