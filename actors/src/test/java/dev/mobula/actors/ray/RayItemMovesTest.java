package dev.mobula.actors.ray;

import dev.mobula.actors.items.ItemMovesContract;
import dev.mobula.actors.runtime.Cluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayItemMovesTest extends ItemMovesContract {
    private final RayTestCluster ray;

    RayItemMovesTest(RayTestCluster ray) {
        this.ray = ray;
    }

    @Override
    protected Cluster cluster() {
        return ray.services();
    }
}
