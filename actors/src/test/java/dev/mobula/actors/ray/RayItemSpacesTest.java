package dev.mobula.actors.ray;

import dev.mobula.actors.items.ItemSpacesContract;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayItemSpacesTest extends ItemSpacesContract {
    private final RayTestCluster ray;

    RayItemSpacesTest(RayTestCluster ray) {
        this.ray = ray;
    }

    @Override
    protected Cluster cluster() {
        return ray.services();
    }

    @Override
    protected void crash(ServiceRef shard) {
        ProcessHandle.of(ray.services().processOf(shard)).orElseThrow().destroyForcibly();
    }
}
