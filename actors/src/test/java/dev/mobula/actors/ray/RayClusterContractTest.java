package dev.mobula.actors.ray;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ClusterContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayClusterContractTest extends ClusterContract {
    private final RayTestCluster ray;

    RayClusterContractTest(RayTestCluster ray) {
        this.ray = ray;
    }

    @Override
    protected Cluster cluster() {
        return ray.services();
    }
}
