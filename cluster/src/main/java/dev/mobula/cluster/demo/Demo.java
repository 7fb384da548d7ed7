package dev.mobula.cluster.demo;

import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedParts;
import dev.mobula.actors.feed.FeedSettings;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ranker.RankerSettings;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.cluster.api.FeedRoutes;
import dev.mobula.cluster.api.Readiness;
import dev.mobula.cluster.api.SystemRoutes;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.GatewayOptions;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.retrieval.store.Item;
import dev.mobula.training.world.World;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A running demo: the items of a simulated world in a shard and a ranker, behind a gateway, and its users as traffic.
public final class Demo implements AutoCloseable {
    /// The most requests a second of its simulated users.
    public static final int TRAFFIC_MAX = 200;

    private static final int LOAD_BATCH = 500;
    private static final Duration BUDGET = Duration.ofSeconds(1);

    private final Gateway gateway;
    private final DemoWorld world;
    private final Feed feed;
    private final ItemShards shards;
    private final InstantSource clock;
    private final List<Traffic> traffic = new ArrayList<>();

    private Demo(
            Gateway gateway, DemoWorld world, Feed feed, ItemShards shards, InstantSource clock) {
        this.gateway = gateway;
        this.world = world;
        this.feed = feed;
        this.shards = shards;
        this.clock = clock;
    }

    /// How many items are loaded.
    @FunctionalInterface
    public interface Loading {
        void loaded(int items);
    }

    /// Starts services on the cluster, loads the world's items, and listens.
    public static Demo start(
            Cluster cluster, DemoSize size, int port, InstantSource clock, Loading loading) {
        DemoWorld world = new DemoWorld(size);
        ItemShards shards =
                ItemShards.spawn(cluster, "items", 1, ItemShardSettings.of(World.DIMENSION));
        load(world, shards, clock.millis(), loading);
        Rankers rankers =
                Rankers.spawn(cluster, "ranker", 1, RankerSettings.following(shards.layout()));
        Feed feed =
                Feed.open(
                        FeedParts.of(cluster, shards, rankers).withTastes(world.tastes()),
                        FeedSettings.within(BUDGET),
                        clock);
        return new Demo(listen(cluster, shards, feed, port), world, feed, shards, clock);
    }

    private static Gateway listen(Cluster cluster, ItemShards shards, Feed feed, int port) {
        Readiness readiness = new Readiness().with("items", () -> troubleOf(shards));
        List<Route> routes = new ArrayList<>(new FeedRoutes(feed).routes());
        routes.addAll(new SystemRoutes(cluster, readiness).routes());
        try {
            return Gateway.start(GatewayOptions.onLoopback(port), routes, System::nanoTime);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Optional<String> troubleOf(ItemShards shards) {
        shards.stats();
        return Optional.empty();
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

    /// Lets the world's users ask for pages, so many a second, until the demo is closed.
    public void drive(int perSecond) {
        if (perSecond < 1 || perSecond > TRAFFIC_MAX) {
            throw new IllegalArgumentException(
                    "traffic=" + perSecond + " is outside 1.." + TRAFFIC_MAX);
        }
        if (!traffic.isEmpty()) {
            throw new IllegalStateException("the demo has its traffic already");
        }
        traffic.add(Traffic.start(world, feed, shards, clock, perSecond));
    }

    /// Pages that simulated users have got.
    public long servedToUsers() {
        return traffic.stream().mapToLong(Traffic::served).sum();
    }

    /// Pages that simulated users asked for in vain.
    public long failedForUsers() {
        return traffic.stream().mapToLong(Traffic::failed).sum();
    }

    public int port() {
        return gateway.port();
    }

    /// What its gateway answers.
    public List<Route> routes() {
        return gateway.routes();
    }

    public DemoWorld world() {
        return world;
    }

    @Override
    public void close() {
        traffic.forEach(Traffic::close);
        gateway.close();
        feed.close();
    }
}
