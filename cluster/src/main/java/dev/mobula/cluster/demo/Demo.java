package dev.mobula.cluster.demo;

import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.items.IndexedAttribute;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.engine.Engine;
import dev.mobula.cluster.engine.EngineLoop;
import dev.mobula.cluster.engine.EngineSettings;
import dev.mobula.cluster.engine.LoopConfig;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.retrieval.store.Item;
import dev.mobula.retrieval.store.UserWrite;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.training.durable.Folders;
import dev.mobula.training.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// A running demo: the items of a simulated world in a shard and a ranker, behind a gateway, and its users as traffic.
public final class Demo implements AutoCloseable {
    /// The most requests a second of its simulated users.
    public static final int TRAFFIC_MAX = 200;

    /// What a place is worth by the learned heads alone.
    static final String LEARNED_VALUE = "0.2 * click + like - 4 * hide - 15 * report";

    private static final int LOAD_BATCH = 500;
    private static final Duration RANKED_LIMIT = Duration.ofMinutes(1);
    private static final Duration BUDGET = Duration.ofSeconds(1);

    // The world's days pass in minutes, and so must what is remembered of them.
    private static final Duration SEEN = Duration.ofMinutes(5);
    private static final Duration LEARNS_EVERY = Duration.ofMinutes(2);
    private static final int EXPLORED = 1;

    // What hurts counts: a page of mere bait is clicked and hidden.
    private static final String VALUE = "similarity + " + LEARNED_VALUE;

    private final Gateway gateway;
    private final Engine engine;
    private final DemoWorld world;
    private final Path log;
    private final InstantSource clock;
    private final List<Traffic> traffic = new ArrayList<>();

    private Demo(Gateway gateway, Engine engine, DemoWorld world, Path log, InstantSource clock) {
        this.gateway = gateway;
        this.engine = engine;
        this.world = world;
        this.log = log;
        this.clock = clock;
    }

    /// How many items are loaded.
    @FunctionalInterface
    public interface Loading {
        void loaded(int items);
    }

    /// Starts services on the cluster, loads the world's items and what its users like, and listens.
    public static Demo start(
            Cluster cluster, DemoSize size, int port, InstantSource clock, Loading loading) {
        return start(cluster, size, settings(port), clock, loading);
    }

    static Demo start(
            Cluster cluster,
            DemoSize size,
            EngineSettings settings,
            InstantSource clock,
            Loading loading) {
        DemoWorld world = new DemoWorld(size);
        Path log = logFolder();
        Engine engine = Engine.start(cluster, settings.withState(log), world.tastes(), clock);
        load(world, engine.itemShards(), clock.millis(), loading);
        tell(world, engine.userShards());
        engine.awaitRanked(RANKED_LIMIT);
        return new Demo(engine.listen(List.of()), engine, world, log, clock);
    }

    static EngineSettings settings(int port) {
        EngineSettings usual = EngineSettings.DEFAULT;
        return usual.withPort(port)
                .withItems(
                        new EngineSettings.Items(
                                1,
                                World.DIMENSION,
                                Metric.INNER_PRODUCT,
                                List.of(
                                        new EngineSettings.Indexed(
                                                "language", IndexedAttribute.Kind.TEXT, List.of()),
                                        new EngineSettings.Indexed(
                                                "topic",
                                                IndexedAttribute.Kind.FLAGS,
                                                DemoWorld.topics())),
                                List.of("title", "text")))
                .withUsers(usual.users().withShards(1).withSeenWindow(SEEN))
                .withFeed(
                        usual.feed()
                                .withValue(VALUE, EXPLORED)
                                .withBudget(BUDGET, BUDGET.dividedBy(2)))
                .withLoop(LoopConfig.quick(LEARNS_EVERY))
                .withSafety(usual.safety().labellingCampaigns());
    }

    private static Path logFolder() {
        try {
            return Files.createTempDirectory("mobula-demo-log-");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void load(DemoWorld world, ItemShards shards, long nowMillis, Loading loading) {
        List<Item> batch = new ArrayList<>();
        for (int item = world.firstItem(); item < world.endItem(); item++) {
            batch.add(world.stored(item, nowMillis));
            if (batch.size() == LOAD_BATCH || item == world.endItem() - 1) {
                shards.put(batch).join();
                batch = new ArrayList<>();
                loading.loaded(item + 1 - world.firstItem());
            }
        }
    }

    /// What its users said to like.
    private static void tell(DemoWorld world, UserShards shards) {
        for (int from = 1; from <= world.users(); from += LOAD_BATCH) {
            int to = Math.min(world.users(), from + LOAD_BATCH - 1);
            shards.write(
                            LongStream.rangeClosed(from, to)
                                    .<UserWrite>mapToObj(
                                            user -> new UserWrite.Prefer(user, world.wishes(user)))
                                    .toList())
                    .join();
        }
    }

    /// Lets the world's users ask for pages, so many a second, until the demo is closed.
    public void drive(int perSecond) {
        if (perSecond < 1 || perSecond > TRAFFIC_MAX) {
            throw new IllegalArgumentException(
                    "traffic=" + perSecond + " is outside 1.." + TRAFFIC_MAX);
        }
        if (!traffic.isEmpty()) {
            throw new IllegalStateException("the demo has its traffic already");
        }
        traffic.add(
                Traffic.start(
                        world,
                        engine.feed(),
                        engine.itemShards(),
                        engine.userShards(),
                        clock,
                        perSecond));
    }

    /// Pages that simulated users have got.
    public long servedToUsers() {
        return traffic.stream().mapToLong(Traffic::served).sum();
    }

    /// Pages that simulated users asked for in vain.
    public long failedForUsers() {
        return traffic.stream().mapToLong(Traffic::failed).sum();
    }

    /// By model, what its pages were truly worth to the simulated users: only a simulated world can tell.
    Map<String, Traffic.Worth> worths() {
        return traffic.isEmpty() ? Map.of() : traffic.getFirst().worths();
    }

    /// Events of simulated users that no shard took.
    long unheardOfUsers() {
        return traffic.stream().mapToLong(Traffic::unheard).sum();
    }

    /// What makes it learn.
    EngineLoop loop() {
        return engine.loop();
    }

    /// What simulated users have viewed, and how much of it was spam.
    public SpamViews spamViews() {
        return traffic.stream().map(Traffic::spamViews).reduce(SpamViews.NONE, SpamViews::and);
    }

    public int port() {
        return gateway.port();
    }

    /// What its gateway answers.
    public List<Route> routes() {
        return gateway.routes();
    }

    /// What makes its pages.
    public Feed feed() {
        return engine.feed();
    }

    /// The engine behind it.
    public Engine engine() {
        return engine;
    }

    public DemoWorld world() {
        return world;
    }

    @Override
    public void close() {
        traffic.forEach(Traffic::close);
        gateway.close();
        engine.close();
        try {
            Folders.delete(log);
        } catch (IOException kept) {
            throw new UncheckedIOException(kept);
        }
    }
}
