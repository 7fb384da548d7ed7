package dev.mobula.cluster.bench.feed;

import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedPage;
import dev.mobula.actors.feed.FeedParts;
import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.actors.feed.FeedSettings;
import dev.mobula.actors.items.FoundItems;
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
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.retrieval.store.Item;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/// The engine under the bench: its services on a cluster, all items loaded, the reference model in force.
///
/// One feed always does all of a page's work, so that its pages a second are those of all candidates ranked; another one
/// on the same services holds its target by doing less, as a feed does that serves people.
final class FeedEngine implements AutoCloseable {
    private static final int LOAD_BATCH = 1_000;
    private static final int UNBOUNDED = 1 << 16;
    private static final Duration COMPACTION_LIMIT = Duration.ofMinutes(9);
    private static final Duration CATCH_UP_LIMIT = Duration.ofMinutes(3);
    private static final Duration SEARCH_LIMIT = Duration.ofSeconds(10);
    private static final Duration NEVER = Duration.ofHours(1);

    private final FeedWorld world;
    private final FeedShape shape;
    private final ItemShards items;
    private final Rankers rankers;
    private final Feed whole;
    private final Feed guarded;

    private FeedEngine(
            Cluster cluster, FeedWorld world, FeedShape shape, ItemShards items, Rankers rankers) {
        this.world = world;
        this.shape = shape;
        this.items = items;
        this.rankers = rankers;
        InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(FeedWorld.NOW_SECONDS));
        FeedParts parts =
                FeedParts.of(cluster, items, rankers)
                        .withTastes(user -> Optional.of(world.tasteOf(user)))
                        .withFeatures(world::featuresOfUser);
        FeedSettings settings =
                FeedSettings.within(shape.budget())
                        .withCandidates(shape.candidates())
                        .withPerAuthorMax(shape.perAuthor());
        whole = Feed.open(parts, settings.withTargetP95(NEVER).withInFlight(UNBOUNDED), clock);
        guarded = Feed.open(parts, settings, clock);
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
        return new FeedEngine(cluster, world, shape, items, rankers);
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

    /// Every service with the role it has in a page.
    Map<ServiceRef, String> roles() {
        Map<ServiceRef, String> roles = new LinkedHashMap<>();
        items.shards().forEach(shard -> roles.put(shard, "search"));
        rankers.rankers().forEach(ranker -> roles.put(ranker, "ranking"));
        return roles;
    }

    FeedPage page(long user) {
        return whole.page(requestOf(user));
    }

    private FeedRequest requestOf(long user) {
        return new FeedRequest(user, shape.page(), Set.of());
    }

    /// How a request for this user's page is answered when all of its work is done.
    PageLoad.Answer ask(long user) {
        return ask(whole, user);
    }

    /// How it is answered by the feed that holds its target.
    PageLoad.Answer askGuarded(long user) {
        return ask(guarded, user);
    }

    private PageLoad.Answer ask(Feed feed, long user) {
        try {
            FeedPage page = feed.page(requestOf(user));
            boolean isWhole = page.items().size() == shape.page() && page.degraded().isEmpty();
            return isWhole ? PageLoad.Answer.WHOLE : PageLoad.Answer.SHORTENED;
        } catch (CallException refused) {
            return answerOf(refused);
        } catch (CompletionException failed) {
            return failed.getCause() instanceof CallException refused
                    ? answerOf(refused)
                    : PageLoad.Answer.FAILED;
        }
    }

    /// The share of a page's work that the guarded feed does now.
    double workShare() {
        return guarded.status().factor();
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
            FoundItems answer =
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

    @Override
    public void close() {
        whole.close();
        guarded.close();
    }
}
