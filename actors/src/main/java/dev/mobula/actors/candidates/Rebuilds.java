package dev.mobula.actors.candidates;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.users.UserShards;
import dev.mobula.retrieval.source.HistoryWindow;
import dev.mobula.retrieval.store.EdgeKind;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the models over histories anew, now and then and when asked.
final class Rebuilds implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Rebuilds.class);
    private static final int FOLLOWS_MAX = 5_000_000;
    private static final int FOLLOWS_FEW = 1 << 16;
    private static final Duration PAGE_LIMIT = Duration.ofSeconds(30);

    private final SourceSet sources;
    private final UserShards users;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("mobula-source-models").daemon().factory());
    private int follows = FOLLOWS_FEW;

    Rebuilds(SourceSet sources, UserShards users, long everyMillis) {
        this.sources = sources;
        this.users = users;
        var _ =
                timer.scheduleWithFixedDelay(
                        this::runQuietly, 0, everyMillis, TimeUnit.MILLISECONDS);
    }

    synchronized void run() {
        sources.rebuildGraph();
        HistoryWindow window = new HistoryWindow(follows);
        users.edges(EdgeKind.FOLLOW, PAGE_LIMIT, edge -> window.add(edge.user(), edge.target()));
        if (window.added() > follows && follows < FOLLOWS_MAX) {
            follows = (int) Math.min(FOLLOWS_MAX, 2 * window.added());
            run();
        } else {
            sources.rebuildPeople(window);
        }
    }

    private void runQuietly() {
        try {
            run();
        } catch (CallException away) {
            LOG.warn("models over histories stay as they are: {}", away.getMessage());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
