package dev.mobula.actors.items;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

final class InJvmItemMovesTest extends ItemMovesContract {
    @TempDir private static Path state;
    private static InJvmCluster cluster;

    @BeforeAll
    static void open() {
        cluster = new InJvmCluster(Optional.of(state));
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }
}
