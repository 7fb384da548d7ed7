package dev.mobula.cluster.demo;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;

final class InJvmDemoTest extends DemoContract {
    @TempDir private static Path state;

    @Override
    Cluster open() {
        return new InJvmCluster(Optional.of(state));
    }
}
