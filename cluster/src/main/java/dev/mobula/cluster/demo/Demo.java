package dev.mobula.cluster.demo;

import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedSettings;
import dev.mobula.actors.feed.UserTastes;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ranker.RankerSettings;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.cluster.api.FeedRoutes;
import dev.mobula.cluster.api.Readiness;
import dev.mobula.cluster.api.SystemRoutes;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.GatewayOptions;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.retrieval.store.Attribute;
import dev.mobula.retrieval.store.Item;
import dev.mobula.training.world.Catalogue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A running demo: a generated catalogue in a shard and a ranker, behind a gateway.
public final class Demo implements AutoCloseable {
    private static final int DIMENSION = 32;
    private static final int LOAD_BATCH = 500;
    private static final Duration BUDGET = Duration.ofSeconds(1);

    private final Gateway gateway;
    private final Catalogue catalogue;

    private Demo(Gateway gateway, Catalogue catalogue) {
        this.gateway = gateway;
        this.catalogue = catalogue;
    }

    /// How far the catalogue is loaded.
    @FunctionalInterface
    public interface Loading {
        void loaded(int items);
    }

    /// Starts services on the cluster, loads the catalogue, and listens.
    public static Demo start(
            Cluster cluster, DemoSize size, int port, InstantSource clock, Loading loading) {
        Catalogue catalogue =
                Catalogue.generate(size.seed(), size.items(), size.users(), DIMENSION);
        ItemShards shards = ItemShards.spawn(cluster, "items", 1, ItemShardSettings.of(DIMENSION));
        load(catalogue, shards, clock.millis(), loading);
        List<String> names = shards.shards().stream().map(ServiceRef::name).toList();
        Rankers rankers = Rankers.spawn(cluster, "ranker", 1, RankerSettings.following(names));
        Feed feed =
                new Feed(tastesOf(catalogue), shards, rankers, FeedSettings.within(BUDGET), clock);
        return new Demo(listen(cluster, shards, feed, port), catalogue);
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

    private static void load(
            Catalogue catalogue, ItemShards shards, long nowMillis, Loading loading) {
        List<Catalogue.Item> items = catalogue.items();
        for (int from = 0; from < items.size(); from += LOAD_BATCH) {
            List<Catalogue.Item> batch =
                    items.subList(from, Math.min(items.size(), from + LOAD_BATCH));
            List<Item> stored = new ArrayList<>();
            for (Catalogue.Item item : batch) {
                stored.add(stored(item, nowMillis));
            }
            shards.put(stored).join();
            loading.loaded(from + batch.size());
        }
    }

    private static Item stored(Catalogue.Item item, long nowMillis) {
        return Item.of(item.id(), item.author(), nowMillis)
                .withAttributes(
                        Map.of(
                                "title",
                                new Attribute.Text(item.title()),
                                "topic",
                                new Attribute.Text(item.topic()),
                                StarterModel.QUALITY,
                                new Attribute.Real(item.quality()),
                                StarterModel.POPULARITY,
                                new Attribute.Real(item.popularity())))
                .withEmbedding(item.vector());
    }

    private static UserTastes tastesOf(Catalogue catalogue) {
        Map<Long, float[]> tastes = new HashMap<>();
        catalogue.users().forEach(user -> tastes.put(user.id(), user.taste()));
        return user -> Optional.ofNullable(tastes.get(user));
    }

    public int port() {
        return gateway.port();
    }

    /// What its gateway answers.
    public List<Route> routes() {
        return gateway.routes();
    }

    public Catalogue catalogue() {
        return catalogue;
    }

    @Override
    public void close() {
        gateway.close();
    }
}
