package dev.mobula.cluster.demo;

import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;

@Tag("ray")
final class RayDemoTest extends DemoContract {
    @TempDir private static Path state;
    private LocalCluster nodes;

    @Override
    Cluster open() {
        nodes = LocalCluster.start(RayInstallation.find(), 1, state);
        return RayCluster.connect(RayOptions.of(nodes.address()).withNodeIp(nodes.head().nodeIp()));
    }

    @AfterAll
    void endNodes() {
        nodes.close();
    }
}
