package dev.mobula.cluster.bench.feed;

import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedPage;
import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.actors.feed.FeedSettings;
import dev.mobula.actors.items.ItemShardSettings;
import dev.mobula.actors.items.ItemShardStats;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ranker.RankerSettings;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.ranking.features.FeatureValue;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.retrieval.store.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/// The engine under the bench: its services on a cluster, all items loaded, the reference model in force.
final class FeedEngine {
    private static final int LOAD_BATCH = 1_000;
    private static final Duration COMPACTION_LIMIT = Duration.ofMinutes(9);
    private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(3);
    private static final Duration SEARCH_LIMIT = Duration.ofSeconds(10);

    private final FeedWorld world;
    private final FeedShape shape;
    private final ItemShards items;
    private final Rankers rankers;
    private final Feed feed;

    private FeedEngine(FeedWorld world, FeedShape shape, ItemShards items, Rankers rankers) {
        this.world = world;
        this.shape = shape;
        this.items = items;
        this.rankers = rankers;
        InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(FeedWorld.NOW_SECONDS));
        FeedSettings settings =
                new FeedSettings(shape.budget(), "similarity + click + like", shape.perAuthor());
        feed = new Feed(user -> Optional.of(world.tasteOf(user)), items, rankers, settings, clock);
    }

    /// Starts the services; items that an earlier run stored are there already.
    static FeedEngine open(
            Cluster cluster, FeedWorld world, FeedShape shape, Path folder, Progress progress)
            throws IOException {
        ItemShards items =
                ItemShards.spawn(
                        cluster,
                        "items",
                        shape.shards(),
                        ItemShardSettings.of(FeedWorld.DIMENSIONS));
        load(items, world, progress);
        Rankers rankers =
                Rankers.spawn(cluster, "ranker", 1, RankerSettings.following(items.layout()));
        rankers.install(world.modelFolder(folder)).join();
        rankers.lineUp(Lineup.of(world.model().version())).join();
        if (!rankers.awaitCaughtUp(items, CATCH_UP_LIMIT)) {
            throw new IOException("the ranker has not all items after " + CATCH_UP_LIMIT);
        }
        return new FeedEngine(world, shape, items, rankers);
    }

    private static void load(ItemShards items, FeedWorld world, Progress progress) {
        long stored = items.stats().stream().mapToLong(ItemShardStats::findable).sum();
        if (stored == FeedWorld.ITEMS) {
            progress.step(FeedWorld.ITEMS);
            return;
        }
        for (int first = 1; first <= FeedWorld.ITEMS; first += LOAD_BATCH) {
            List<Item> batch = new ArrayList<>();
            for (int id = first; id < first + LOAD_BATCH; id++) {
                batch.add(world.item(id));
            }
            items.put(batch).join();
            progress.step(LOAD_BATCH);
        }
        items.compact(COMPACTION_LIMIT).join();
    }

    /// What the engine tells its ranker of a user.
    Map<String, FeatureValue> featuresOf(long user) {
        return Map.of();
    }

    /// Every service with the role it has in a page.
    Map<ServiceRef, String> roles() {
        Map<ServiceRef, String> roles = new java.util.LinkedHashMap<>();
        items.shards().forEach(shard -> roles.put(shard, "search"));
        rankers.rankers().forEach(ranker -> roles.put(ranker, "ranking"));
        return roles;
    }

    FeedPage page(long user) {
        return feed.page(new FeedRequest(user, shape.page(), Set.of()));
    }

    /// How a request for this user's page is answered.
    PageLoad.Answer ask(long user) {
        try {
            FeedPage page = page(user);
            boolean whole = page.items().size() == shape.page() && page.degraded().isEmpty();
            return whole ? PageLoad.Answer.WHOLE : PageLoad.Answer.SHORTENED;
        } catch (CallException refused) {
            return answerOf(refused);
        } catch (CompletionException failed) {
            return failed.getCause() instanceof CallException refused
                    ? answerOf(refused)
                    : PageLoad.Answer.FAILED;
        }
    }

    private static PageLoad.Answer answerOf(CallException refused) {
        return refused.failure() == Failure.OVERLOADED
                ? PageLoad.Answer.REFUSED
                : PageLoad.Answer.FAILED;
    }

    /// Share of the true candidates that the searches find, over some users.
    double recall(int users) {
        double found = 0;
        for (long user = 1; user <= users; user++) {
            float[] taste = world.tasteOf(user);
            Set<Long> truth = world.nearest(taste, shape.candidates());
            Set<Long> hits = new HashSet<>();
            ItemShards.Found answer =
                    items.search(taste, shape.candidates(), 2 * shape.candidates(), SEARCH_LIMIT)
                            .join();
            for (int i = 0; i < answer.hits().size(); i++) {
                hits.add(answer.hits().ids()[i]);
            }
            hits.retainAll(truth);
            found += (double) hits.size() / shape.candidates();
        }
        return found / users;
    }
}
