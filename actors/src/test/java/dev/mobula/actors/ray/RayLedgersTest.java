package dev.mobula.actors.ray;

import dev.mobula.actors.ledger.LedgersContract;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.ServiceRef;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayLedgersTest extends LedgersContract {
    private final RayTestCluster ray;

    RayLedgersTest(RayTestCluster ray) {
        this.ray = ray;
    }

    @Override
    protected Cluster cluster() {
        return ray.services();
    }

    @Override
    protected void crash(List<ServiceRef> services) {
        List<ProcessHandle> processes =
                services.stream()
                        .map(service -> ray.services().processOf(service))
                        .map(id -> ProcessHandle.of(id).orElseThrow())
                        .toList();
        processes.forEach(ProcessHandle::destroyForcibly);
    }
}
