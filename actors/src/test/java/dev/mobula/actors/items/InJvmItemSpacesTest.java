package dev.mobula.actors.items;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.ServiceRef;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

final class InJvmItemSpacesTest extends ItemSpacesContract {
    @TempDir private static Path state;
    private static InJvmCluster cluster;

    @BeforeAll
    static void openCluster() {
        cluster = new InJvmCluster(Optional.of(state));
    }

    @AfterAll
    static void closeCluster() {
        cluster.close();
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }

    @Override
    protected void crash(ServiceRef shard) {
        cluster.restart(shard);
    }
}
