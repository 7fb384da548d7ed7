package dev.mobula.cluster.engine;

import dev.mobula.actors.candidates.CandidateFinder;
import dev.mobula.actors.candidates.CandidateSettings;
import dev.mobula.actors.events.EventLogSettings;
import dev.mobula.actors.events.EventLogs;
import dev.mobula.actors.feed.Feed;
import dev.mobula.actors.feed.FeedParts;
import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.actors.feed.ImpressionKeeper;
import dev.mobula.actors.feed.ImpressionLog;
import dev.mobula.actors.feed.UserPeople;
import dev.mobula.actors.feed.UserTastes;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.ledger.Ledgers;
import dev.mobula.actors.notify.MessageFinder;
import dev.mobula.actors.notify.OwnersScreen;
import dev.mobula.actors.ranker.RankerSettings;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Failure;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.api.EventRoutes;
import dev.mobula.cluster.api.FeedRoutes;
import dev.mobula.cluster.api.ItemRoutes;
import dev.mobula.cluster.api.LoopRoutes;
import dev.mobula.cluster.api.PageRoute;
import dev.mobula.cluster.api.Readiness;
import dev.mobula.cluster.api.SearchRoutes;
import dev.mobula.cluster.api.SystemRoutes;
import dev.mobula.cluster.api.UserRoutes;
import dev.mobula.cluster.gateway.Gateway;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.ranking.notify.ledger.BudgetPolicy;
import dev.mobula.training.run.RunWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/// An engine: its services on a cluster and everything that can be asked of them.
///
/// Services that run already under their names are used as they are, so that a second gateway, or one that was restarted,
/// finds the engine that is there.
public final class Engine implements AutoCloseable {
    private static final String IMPRESSIONS = "impressions";
    private static final String PUSH = "push";
    private static final Duration PUSH_LIMIT = Duration.ofSeconds(1);
    private static final Duration FORGOTTEN_LIMIT = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final EngineSettings settings;
    private final InstantSource clock;
    private final ItemShards items;
    private final UserShards users;
    private final CandidateFinder candidates;
    private final EventLogs events;
    private final Rankers rankers;
    private final ImpressionLog impressions;
    private final ImpressionKeeper pageKeeper;
    private final Feed feed;
    private final EngineNotifications notifications;
    private final EngineSafety safety;
    private final EngineLoop loop;

    private Engine(
            Cluster cluster, EngineSettings settings, UserTastes tastes, InstantSource clock) {
        this.cluster = cluster;
        this.settings = settings;
        this.clock = clock;
        items = items();
        users = users();
        candidates = candidates();
        events = events();
        rankers = rankers();
        safety = new EngineSafety(cluster, settings, items, users, clock);
        impressions = ImpressionLog.open(pagesOf(settings), settings.logs().pages(), clock);
        pageKeeper =
                new ImpressionKeeper(
                        impressions,
                        () -> events.forgotten(FORGOTTEN_LIMIT).join(),
                        settings.logs().erasure());
        feed = opened(tastes);
        OwnersScreen screen = new OwnersScreen(safety.visibility(), users, PUSH_LIMIT);
        notifications = new EngineNotifications(cluster, ledgers(), screen, settings, clock);
        loop =
                EngineLoop.open(
                                settings,
                                rankers,
                                items,
                                feed::readLineup,
                                events,
                                RunWatcher.NONE,
                                clock)
                        .started();
    }

    /// Where an engine's gateway logs its pages.
    static Path pagesOf(EngineSettings settings) {
        return pagesOf(settings.state());
    }

    static Path pagesOf(Path state) {
        return state.resolve(IMPRESSIONS);
    }

    private Feed opened(UserTastes tastes) {
        try {
            return Feed.open(
                    FeedParts.of(cluster, items, candidates, rankers, new UserPeople(users))
                            .withTastes(tastes)
                            .withImpressions(impressions),
                    settings.feed().settings().withVisibility(safety.policy()),
                    clock);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /// Starts what does not run yet, and returns when all of it answers.
    public static Engine start(
            Cluster cluster, EngineSettings settings, UserTastes tastes, InstantSource clock) {
        return new Engine(cluster, settings, tastes, clock);
    }

    private ItemShards items() {
        EngineSettings.Items wanted = settings.items();
        return startedOrFound(
                "items",
                wanted.shards(),
                shards -> new ItemShards(cluster, new ShardLayout("items", wanted.shards())),
                () -> ItemShards.spawn(cluster, "items", wanted.shards(), wanted.settings()));
    }

    private UserShards users() {
        int shards = settings.users().shards();
        return startedOrFound(
                "users",
                shards,
                found -> new UserShards(cluster, new ShardLayout("users", shards)),
                () -> UserShards.spawn(cluster, "users", shards, settings.users().settings()));
    }

    private Ledgers ledgers() {
        NotificationConfig wanted = settings.notifications();
        ShardLayout layout = new ShardLayout("ledger", wanted.shards());
        Ledgers started =
                startedOrFound(
                        "ledger",
                        wanted.shards(),
                        found -> Ledgers.of(cluster, layout),
                        () -> Ledgers.spawn(cluster, "ledger", wanted.shards()));
        if (started.policies(wanted.tenant()).isEmpty()) {
            BudgetPolicy first = BudgetPolicy.ofDailyCap(wanted.dailyMessages(), ZoneOffset.UTC);
            started.putPolicy(wanted.tenant(), first);
        }
        return started;
    }

    private List<MessageFinder.Found> messages(long user, int limit) {
        return feed.page(FeedRequest.of(user, limit).onSurface(PUSH).asDebug()).items().stream()
                .map(
                        entry ->
                                new MessageFinder.Found(
                                        entry.id(), entry.value(), List.of(entry.source())))
                .toList();
    }

    private void forget(long user) {
        safety.forget(user);
        notifications.forget(user);
    }

    private CandidateFinder candidates() {
        EngineSettings.Candidates wanted = settings.candidates();
        CandidateSettings usual =
                CandidateSettings.of(
                        items.layout(), new ShardLayout("users", settings.users().shards()));
        CandidateSettings told =
                new CandidateSettings(
                        usual.items(),
                        usual.users(),
                        usual.lanes(),
                        wanted.trendHalfLife().toMillis(),
                        wanted.fresh().toMillis(),
                        wanted.freshExposures(),
                        wanted.rebuild().toMillis());
        return cluster.lookup("candidates")
                .map(found -> new CandidateFinder(cluster, found))
                .orElseGet(
                        () ->
                                CandidateFinder.spawn(
                                        cluster, "candidates", wanted.replicas(), told));
    }

    private EventLogs events() {
        EventLogSettings told =
                settings.logs()
                        .of(
                                EventLogSettings.of(
                                        new ShardLayout("users", settings.users().shards())))
                        .withKinds(settings.users().settings().kinds())
                        .withCandidates(candidates.service());
        return cluster.lookup("events")
                .map(found -> new EventLogs(cluster, found))
                .orElseGet(() -> EventLogs.spawn(cluster, "events", told));
    }

    private Rankers rankers() {
        RankersConfig wanted = settings.rankers();
        RankerSettings told =
                new RankerSettings(
                        items.layout(),
                        wanted.itemsMax(),
                        wanted.candidatesMax(),
                        wanted.torch(),
                        wanted.catchUp());
        return startedOrFound(
                "ranker",
                wanted.count(),
                found -> new Rankers(cluster, found),
                () -> {
                    Rankers started = Rankers.spawn(cluster, "ranker", wanted.count(), told);
                    FirstModel.serve(started, settings);
                    return started;
                });
    }

    /// All of a family's services, or none: half of one cannot be told from another configuration.
    private <T> T startedOrFound(
            String family, int count, Function<List<ServiceRef>, T> found, Supplier<T> started) {
        List<ServiceRef> there =
                IntStream.range(0, count)
                        .mapToObj(number -> cluster.lookup(family + "-" + number))
                        .flatMap(Optional::stream)
                        .toList();
        if (there.isEmpty()) {
            return started.get();
        }
        if (there.size() < count || cluster.lookup(family + "-" + count).isPresent()) {
            throw new CallException(
                    Failure.REFUSED,
                    "the cluster runs another number of "
                            + family
                            + " services than the configured "
                            + count
                            + ": configure what runs, or end that engine first");
        }
        return found.apply(there);
    }

    /// Listens where the settings say.
    public Gateway listen(List<Route> more) {
        try {
            List<Route> routes = new ArrayList<>(routes());
            routes.addAll(more);
            return Gateway.start(settings.gateway().options(), routes, System::nanoTime);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new FeedRoutes(feed).routes());
        routes.addAll(new ItemRoutes(items, clock).routes());
        routes.addAll(new UserRoutes(users, impressions, clock, this::forget).routes());
        routes.addAll(new EventRoutes(users, clock).routes());
        routes.addAll(
                new SearchRoutes(items, settings.items().settings(), users, safety.visibility())
                        .routes());
        routes.addAll(safety.routes());
        routes.addAll(notifications.routes(this::messages));
        routes.addAll(new LoopRoutes(loop::status, loop::ask).routes());
        routes.addAll(new SystemRoutes(cluster, readiness(), feed::status).routes());
        routes.addAll(new PageRoute().routes());
        return routes;
    }

    private Readiness readiness() {
        return new Readiness()
                .with("services", () -> ServiceHealth.trouble(cluster))
                .with("rankers", () -> ServiceHealth.trouble(rankers))
                .with("events", () -> ServiceHealth.trouble(events))
                .with("feed", () -> ServiceHealth.trouble(feed.status()))
                .with("pages", () -> ServiceHealth.trouble(pageKeeper))
                .with("compaction", () -> ServiceHealth.trouble(cluster, items))
                .with("prices", () -> notifications.trouble())
                .with("rules", safety::trouble)
                .with("loop", loop::trouble);
    }

    /// Waits until the rankers and the feed have read all items that are stored now, and a few pages were whole; false
    /// when the time is over.
    public boolean awaitRanked(Duration limit) {
        return rankers.awaitCaughtUp(items, limit) && feed.awaitItems(limit) && feed.warmUp(limit);
    }

    public ItemShards itemShards() {
        return items;
    }

    public UserShards userShards() {
        return users;
    }

    public CandidateFinder candidateFinder() {
        return candidates;
    }

    public EventLogs eventLogs() {
        return events;
    }

    public EngineSafety safety() {
        return safety;
    }

    public Feed feed() {
        return feed;
    }

    public EngineLoop loop() {
        return loop;
    }

    /// Ends the loop, the feed and its log, once the gateway is closed; the services belong to the cluster.
    @Override
    public void close() {
        loop.close();
        notifications.close();
        safety.close();
        feed.close();
        pageKeeper.close();
        impressions.close();
    }
}
