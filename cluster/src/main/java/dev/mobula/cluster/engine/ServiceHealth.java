package dev.mobula.cluster.engine;

import dev.mobula.actors.events.EventLogs;
import dev.mobula.actors.feed.FeedStatus;
import dev.mobula.actors.feed.ImpressionKeeper;
import dev.mobula.actors.items.ItemShards;
import dev.mobula.actors.items.ShardTroubles;
import dev.mobula.actors.notify.PriceBoard;
import dev.mobula.actors.ranker.RankerStatus;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceState;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// What the services say of themselves, asked so briefly that readiness never waits for long.
final class ServiceHealth {
    private static final long LAG_MAX = 100_000;
    private static final Duration ASKED_LIMIT = Duration.ofSeconds(1);

    private ServiceHealth() {}

    /// Replicas that do not run.
    static Optional<String> trouble(Cluster cluster) {
        String away =
                cluster.services().stream()
                        .filter(service -> service.state() != ServiceState.RUNNING)
                        .map(
                                service ->
                                        service.name()
                                                + " replica "
                                                + service.replica()
                                                + " is "
                                                + service.state())
                        .collect(Collectors.joining("; "));
        return away.isEmpty() ? Optional.empty() : Optional.of(away);
    }

    /// Rankers that no longer follow the items.
    static Optional<String> trouble(Rankers rankers) {
        String behind =
                rankers.status().stream()
                        .flatMap(status -> status.following().stream())
                        .filter(following -> following.lag() > LAG_MAX)
                        .map(ServiceHealth::told)
                        .collect(Collectors.joining("; "));
        return behind.isEmpty() ? Optional.empty() : Optional.of(behind);
    }

    /// A feed that does not know all items, or loses pages that it should log.
    static Optional<String> trouble(FeedStatus feed) {
        if (!feed.behind().isEmpty()) {
            return Optional.of("items are still being read from " + feed.behind());
        }
        return feed.impressionsLost() == 0
                ? Optional.empty()
                : Optional.of(feed.impressionsLost() + " pages could not be logged");
    }

    /// Shards whose events the log no longer follows.
    static Optional<String> trouble(EventLogs events) {
        String stopped =
                events.status(ASKED_LIMIT).join().shards().entrySet().stream()
                        .filter(shard -> !shard.getValue().failure().isEmpty())
                        .map(shard -> shard.getKey() + ": " + shard.getValue().failure())
                        .collect(Collectors.joining("; "));
        return stopped.isEmpty() ? Optional.empty() : Optional.of(stopped);
    }

    /// Item shards that cannot merge their newest items into their snapshots.
    static Optional<String> trouble(Cluster cluster, ItemShards items) {
        return joined(ShardTroubles.of(cluster, items.layout(), ASKED_LIMIT).join());
    }

    /// Prices that nobody has confirmed for a while; those in force go on.
    static Optional<String> trouble(PriceBoard prices) {
        prices.current(); // asks for news, which the next question finds
        return prices.stale()
                ? Optional.of("nobody confirms the prices: the last good ones are in force")
                : Optional.empty();
    }

    /// A log of pages that is not kept within its limits.
    static Optional<String> trouble(ImpressionKeeper pages) {
        return Optional.of(pages.failure()).filter(why -> !why.isEmpty());
    }

    private static Optional<String> joined(Map<String, String> reasons) {
        String all =
                reasons.entrySet().stream()
                        .map(one -> one.getKey() + ": " + one.getValue())
                        .collect(Collectors.joining("; "));
        return all.isEmpty() ? Optional.empty() : Optional.of(all);
    }

    private static String told(RankerStatus.Following following) {
        return "following "
                + following.shard()
                + " is "
                + following.lag()
                + " changes behind its newest";
    }
}
