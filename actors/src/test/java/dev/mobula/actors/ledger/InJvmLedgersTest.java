package dev.mobula.actors.ledger;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.ServiceRef;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

final class InJvmLedgersTest extends LedgersContract {
    @TempDir private static Path state;
    private static InJvmCluster cluster;

    @BeforeAll
    static void open() {
        cluster = new InJvmCluster(Optional.of(state), true);
    }

    @AfterAll
    static void close() {
        cluster.close();
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }

    @Override
    protected void crash(List<ServiceRef> services) {
        services.forEach(cluster::restart);
    }
}
