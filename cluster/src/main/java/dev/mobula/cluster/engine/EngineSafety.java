package dev.mobula.cluster.engine;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.safety.LabelChanges;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.PromotedModels;
import dev.mobula.actors.safety.Visibility;
import dev.mobula.actors.safety.campaigns.Campaigns;
import dev.mobula.actors.safety.campaigns.WatchSettings;
import dev.mobula.actors.safety.counters.KeyCounters;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.actors.safety.review.ReviewLimits;
import dev.mobula.actors.safety.review.ReviewSettings;
import dev.mobula.actors.safety.review.ReviewedPosts;
import dev.mobula.actors.safety.rules.LiveRules;
import dev.mobula.actors.safety.rules.RuleWatchSettings;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.api.AuditRoutes;
import dev.mobula.cluster.api.CampaignRoutes;
import dev.mobula.cluster.api.LabelRoutes;
import dev.mobula.cluster.api.PolicyFile;
import dev.mobula.cluster.api.ReviewRoutes;
import dev.mobula.cluster.api.RuleRoutes;
import dev.mobula.cluster.api.SafetyLearningRoutes;
import dev.mobula.cluster.api.SafetyRoutes;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.safety.Guard;
import dev.mobula.ranking.safety.VisibilityPolicy;
import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An engine's safety: the guard that scans, labels and who sees what because of them, the people's review, and the watch for
/// campaigns.
public final class EngineSafety implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EngineSafety.class);
    private static final long LOOK_SECONDS = 1;
    private static final int COUNTER_SHARDS = 2;

    private final Cluster cluster;
    private final EngineSettings settings;
    private final InstantSource clock;
    private final ItemShards items;
    private final UserShards users;
    private final Guard guard;
    private final PolicyFile policies;
    private final VisibilityPolicy policy;
    private final Labels labels;
    private final ReviewDesk review;
    private final Campaigns campaigns;
    private final Optional<PromotedModels> models;
    private final KnownSignals known;
    private final ReviewedPosts reviewed;
    private final SafetyLearner learner;
    private final Optional<LiveRules> rules;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread keeper;
    private volatile String trouble = "";

    EngineSafety(
            Cluster cluster,
            EngineSettings settings,
            ItemShards items,
            UserShards users,
            InstantSource clock) {
        this.cluster = cluster;
        this.settings = settings;
        this.clock = clock;
        this.items = items;
        this.users = users;
        models = settings.safety().bundles().map(store -> new PromotedModels(store, clock));
        models.ifPresent(PromotedModels::refresh);
        guard = new Guard(List.of(), System::nanoTime, clock);
        models.ifPresent(one -> guard.replace(one.models(), one.together()));
        policies = PolicyFile.open(guard, settings.safety().policies());
        policy = policy(settings);
        labels = new Labels(items, users, clock);
        review = openedReview();
        campaigns = openedCampaigns();
        known = new KnownSignals(campaigns, clock);
        guard.ask(known);
        rules = settings.safety().rules().map(this::openedRules);
        rules.ifPresent(live -> guard.act(live.status().acts()));
        reviewed = new ReviewedPosts(review, items, settings.items().texts());
        learner =
                new SafetyLearner(
                        settings.safety(), settings.state(), review, reviewed, rules, clock);
        keeper = Thread.ofPlatform().name("mobula-safety").daemon().start(this::keep);
    }

    /// Takes up another promoted bundle, and the switch as another gateway has set it.
    private void keep() {
        try {
            while (!closed.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                try {
                    if (models.isPresent() && models.get().refresh()) {
                        guard.replace(models.get().models(), models.get().together());
                        LOG.info(
                                "scans are judged by bundle {}", models.get().bundle().orElse("-"));
                    }
                    if (models.isPresent() && !models.get().together().heads().isEmpty()) {
                        known.refresh();
                    }
                    trouble = rules.map(LiveRules::status).map(this::told).orElse("");
                } catch (TrainingException
                        | RankingException
                        | CallException
                        | UncheckedIOException bad) {
                    trouble = String.valueOf(bad.getMessage());
                    LOG.warn("scans and rules go on as before: {}", trouble);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private static VisibilityPolicy policy(EngineSettings settings) {
        try {
            return settings.safety().visibilityPolicy().dropping(settings.feed().hiddenLabels());
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private ReviewDesk openedReview() {
        ReviewSettings told =
                new ReviewSettings(
                        items.layout(),
                        new ShardLayout("users", settings.users().shards()),
                        ReviewLimits.DEFAULT);
        return cluster.lookup("review")
                .map(found -> new ReviewDesk(cluster, found))
                .orElseGet(() -> ReviewDesk.spawn(cluster, "review", told));
    }

    private Campaigns openedCampaigns() {
        WatchSettings asking =
                WatchSettings.of(
                        items.layout(),
                        new ShardLayout("users", settings.users().shards()),
                        "review",
                        settings.items().texts());
        WatchSettings told = settings.safety().labelsCampaigns() ? asking.acting() : asking;
        return cluster.lookup("campaigns")
                .map(found -> new Campaigns(cluster, found))
                .orElseGet(() -> Campaigns.spawn(cluster, "campaigns", told));
    }

    private String told(LiveRules.Status status) {
        guard.act(status.acts());
        return status.trouble();
    }

    private LiveRules openedRules(Path shelf) {
        ShardLayout counters = new ShardLayout("counters", COUNTER_SHARDS);
        if (cluster.lookup(counters.shards().getFirst().name()).isEmpty()) {
            KeyCounters.spawn(cluster, counters.name(), counters.count());
        }
        RuleWatchSettings told =
                new RuleWatchSettings(
                        items.layout(),
                        new ShardLayout("users", settings.users().shards()),
                        counters,
                        "review",
                        "campaigns",
                        settings.items().texts(),
                        shelf.toAbsolutePath(),
                        settings.safety().lists().map(Path::toAbsolutePath),
                        settings.safety().bundles().map(Path::toAbsolutePath));
        return cluster.lookup("rules")
                .map(found -> new LiveRules(cluster, found))
                .orElseGet(() -> LiveRules.spawn(cluster, "rules", told));
    }

    /// What automatic actions are under the one switch besides the guard's. On again, campaigns wait for their own.
    private void act(boolean on) {
        rules.ifPresent(live -> live.act(on));
        if (!on) {
            campaigns.act(false);
        }
    }

    /// What of the rules and the models is not at work although it should be.
    Optional<String> trouble() {
        return Optional.of(trouble).filter(told -> !told.isEmpty());
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new LabelRoutes(labels, new LabelChanges(items, users), review).routes());
        routes.addAll(new ReviewRoutes(review).routes());
        routes.addAll(new AuditRoutes(review).routes());
        routes.addAll(new CampaignRoutes(campaigns).routes());
        routes.addAll(new SafetyRoutes(guard, policies, this::act, clock).routes());
        routes.addAll(new RuleRoutes(rules).routes());
        routes.addAll(new SafetyLearningRoutes(learner::status, learner::ask, reviewed).routes());
        return routes;
    }

    /// What labels mean on each surface.
    VisibilityPolicy policy() {
        return policy;
    }

    /// Who sees what, asked of the owners.
    Visibility visibility() {
        return new Visibility(policy, items, users, clock);
    }

    /// Erases what people reported and appealed.
    void forget(long user) {
        review.forget(user);
        rules.ifPresent(live -> live.forget(user));
    }

    public Guard guard() {
        return guard;
    }

    public Campaigns campaigns() {
        return campaigns;
    }

    public ReviewDesk review() {
        return review;
    }

    public Labels labels() {
        return labels;
    }

    public Optional<LiveRules> rules() {
        return rules;
    }

    /// Ends the look at what is promoted; the services belong to the cluster.
    @Override
    public void close() {
        closed.countDown();
        learner.close();
        try {
            keeper.join();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
