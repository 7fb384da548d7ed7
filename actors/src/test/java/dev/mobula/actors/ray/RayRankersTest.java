package dev.mobula.actors.ray;

import dev.mobula.actors.ranker.RankersContract;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayRankersTest extends RankersContract {
    private final RayTestCluster ray;

    RayRankersTest(RayTestCluster ray) {
        this.ray = ray;
    }

    @Override
    protected Cluster cluster() {
        return ray.services();
    }

    @Override
    protected void crash(ServiceRef service) {
        ProcessHandle.of(ray.services().processOf(service)).orElseThrow().destroyForcibly();
    }
}
