package dev.mobula.actors.ray;

import dev.mobula.actors.feed.BundleSwapContract;
import dev.mobula.actors.runtime.Cluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayBundleSwapTest extends BundleSwapContract {
    private final RayTestCluster ray;

    RayBundleSwapTest(RayTestCluster ray) {
        this.ray = ray;
    }

    @Override
    protected Cluster cluster() {
        return ray.services();
    }
}
