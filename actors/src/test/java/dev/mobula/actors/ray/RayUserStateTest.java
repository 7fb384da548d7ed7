package dev.mobula.actors.ray;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.users.UserStateContract;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayUserStateTest extends UserStateContract {
    private final RayTestCluster ray;

    RayUserStateTest(RayTestCluster ray) {
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
