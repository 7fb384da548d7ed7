package dev.mobula.cluster.engine;

import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.safety.LabelChanges;
import dev.mobula.actors.safety.Labels;
import dev.mobula.actors.safety.Visibility;
import dev.mobula.actors.safety.campaigns.Campaigns;
import dev.mobula.actors.safety.campaigns.WatchSettings;
import dev.mobula.actors.safety.review.ReviewDesk;
import dev.mobula.actors.safety.review.ReviewLimits;
import dev.mobula.actors.safety.review.ReviewSettings;
import dev.mobula.actors.shards.ShardLayout;
import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.api.AuditRoutes;
import dev.mobula.cluster.api.CampaignRoutes;
import dev.mobula.cluster.api.LabelRoutes;
import dev.mobula.cluster.api.PolicyFile;
import dev.mobula.cluster.api.ReviewRoutes;
import dev.mobula.cluster.api.SafetyRoutes;
import dev.mobula.cluster.gateway.Route;
import dev.mobula.ranking.safety.Guard;
import dev.mobula.ranking.safety.TextModel;
import dev.mobula.ranking.safety.VisibilityPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// An engine's safety: the guard that scans, labels and who sees what because of them, the people's review, and the watch for
/// campaigns.
public final class EngineSafety {
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
        guard = new Guard(models(), System::nanoTime, clock);
        policies = PolicyFile.open(guard, settings.safety().policies());
        policy = policy(settings);
        labels = new Labels(items, users, clock);
        review = openedReview();
        campaigns = openedCampaigns();
    }

    private List<TextModel> models() {
        return settings.safety()
                .bundles()
                .map(bundles -> SafetyModels.promoted(bundles, clock))
                .orElse(List.of());
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

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        routes.addAll(new LabelRoutes(labels, new LabelChanges(items, users), review).routes());
        routes.addAll(new ReviewRoutes(review).routes());
        routes.addAll(new AuditRoutes(review).routes());
        routes.addAll(new CampaignRoutes(campaigns).routes());
        routes.addAll(
                new SafetyRoutes(guard, policies, () -> campaigns.act(false), clock).routes());
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
}
