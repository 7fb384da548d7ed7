package dev.mobula.cluster.engine;

import dev.mobula.actors.nodes.LocalCluster;
import dev.mobula.actors.nodes.RayInstallation;
import dev.mobula.actors.nodes.RayNode;
import dev.mobula.actors.ray.RayCluster;
import dev.mobula.actors.ray.RayOptions;
import dev.mobula.actors.runtime.Cluster;
import java.nio.file.Path;
import java.util.List;

/// A Ray cluster of three nodes, over which services are spread.
final class ThreeNodes implements AutoCloseable {
    private static final int NODES = 3;
    private static final int CPUS = 8;

    private final LocalCluster nodes;

    private ThreeNodes(LocalCluster nodes) {
        this.nodes = nodes;
    }

    /// Nodes that keep their services' state below the folder.
    static ThreeNodes start(Path folder) {
        return new ThreeNodes(
                LocalCluster.start(
                        RayInstallation.find(),
                        NODES,
                        EngineUnderWrites.state(folder),
                        node -> node.cpus(CPUS)));
    }

    Cluster connect() {
        return RayCluster.connect(
                RayOptions.of(nodes.address())
                        .withNodeIp(nodes.head().nodeIp())
                        .withSpread(nodes.nodes().stream().map(RayNode::name).sorted().toList())
                        .withJvmOptions(
                                List.of(
                                        "-Xmx256m",
                                        "-XX:+UseSerialGC",
                                        "-XX:TieredStopAtLevel=1")));
    }

    @Override
    public void close() {
        nodes.close();
    }
}
