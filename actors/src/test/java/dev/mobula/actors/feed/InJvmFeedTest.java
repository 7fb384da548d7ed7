package dev.mobula.actors.feed;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

final class InJvmFeedTest extends FeedContract {
    @TempDir private static Path state;
    private static InJvmCluster cluster;

    @BeforeAll
    static void start() {
        cluster = new InJvmCluster(Optional.of(state));
    }

    @AfterAll
    static void end() {
        cluster.close();
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }
}
