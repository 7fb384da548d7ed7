package dev.mobula.actors.safety.campaigns;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.shards.Answers;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.campaign.ActGraph;
import dev.mobula.retrieval.campaign.DenseBlocks;
import dev.mobula.retrieval.campaign.Post;
import dev.mobula.retrieval.store.Changes;
import dev.mobula.retrieval.store.UserChange;
import dev.mobula.retrieval.store.UserEvent;
import dev.mobula.retrieval.store.UserWrite;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who did what lately: shared links, and what several people did to one item within the same ten minutes.
///
/// Events are read from the users' change streams from now on; what was before is forgotten with the process.
final class ActWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ActWatch.class);
    private static final Set<String> ACTS = Set.of("like", "share", "reply", "follow", "save");
    private static final long SPAN_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final long PAUSE_MILLIS = 500;
    private static final double Q = .1;
    private static final double SHARE_MAX = .02;

    private final UserShards users;
    private final long[] accounts;
    private final long[] targets;
    private final Map<ServiceRef, Long> positions = new HashMap<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private long count;

    /// @param most edges that are remembered; then the oldest go
    ActWatch(UserShards users, int most) {
        this.users = users;
        accounts = new long[most];
        targets = new long[most];
        users.shards().forEach(this::read); // from now on: whatever comes later is seen
        thread = Thread.ofPlatform().name("mobula-acts").daemon().start(this::follow);
    }

    private synchronized void add(long account, long target) {
        int at = (int) (count++ % accounts.length);
        accounts[at] = account;
        targets[at] = target;
    }

    /// An account shared links.
    void shared(Post post) {
        for (String link : post.links()) {
            add(post.account(), ActGraph.target(link.hashCode(), 0, 1));
        }
    }

    private void follow() {
        try {
            do {
                for (ServiceRef shard : users.shards()) {
                    read(shard);
                }
            } while (!closed.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(ServiceRef shard) {
        try {
            long from = positions.getOrDefault(shard, Long.MAX_VALUE);
            switch (Answers.await(users.changesSince(shard, from, LIMIT))) {
                case Changes.Page<UserChange>(List<UserChange> changes, long next) -> {
                    changes.forEach(change -> note(change.write()));
                    positions.put(shard, next);
                }
                case Changes.Rebuild<UserChange>(long _, long newest) ->
                        positions.put(shard, newest);
            }
        } catch (CallException away) {
            LOG.debug("{} is not read now", shard.name(), away);
        }
    }

    private void note(UserWrite write) {
        if (write instanceof UserWrite.Happened(UserEvent event) && ACTS.contains(event.kind())) {
            add(event.user(), ActGraph.target(event.item(), event.atMillis(), SPAN_MILLIS));
        }
    }

    synchronized long count() {
        return count;
    }

    private synchronized ActGraph graph() {
        ActGraph.Builder builder = new ActGraph.Builder();
        for (int i = 0; i < Math.min(count, accounts.length); i++) {
            builder.add(accounts[i], targets[i]);
        }
        return builder.build();
    }

    /// Accounts that act together more than their activity explains.
    List<DenseBlocks.Block> blocks(long seed) {
        return DenseBlocks.find(graph(), Q, SHARE_MAX, seed);
    }

    @Override
    public void close() {
        closed.countDown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException again) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
