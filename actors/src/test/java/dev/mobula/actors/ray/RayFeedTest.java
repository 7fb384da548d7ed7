package dev.mobula.actors.ray;

import dev.mobula.actors.feed.FeedContract;
import dev.mobula.actors.runtime.Cluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayFeedTest extends FeedContract {
    private final RayTestCluster ray;

    RayFeedTest(RayTestCluster ray) {
        this.ray = ray;
    }

    @Override
    protected Cluster cluster() {
        return ray.services();
    }
}
