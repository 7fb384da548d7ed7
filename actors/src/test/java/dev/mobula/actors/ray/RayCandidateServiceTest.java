package dev.mobula.actors.ray;

import dev.mobula.actors.candidates.CandidateServiceContract;
import dev.mobula.actors.runtime.Cluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayCandidateServiceTest extends CandidateServiceContract {
    private final RayTestCluster ray;

    RayCandidateServiceTest(RayTestCluster ray) {
        this.ray = ray;
    }

    @Override
    protected Cluster cluster() {
        return ray.services();
    }
}
