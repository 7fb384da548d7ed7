package dev.mobula.cluster.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class TrafficTest {
    private static final DemoSize SIZE = new DemoSize(400, 60, 5);

    @TempDir private Path state;

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    @Test
    void usersOfTheWorldAreServedThroughDaysOfItAndTheDemoEndsWithThem() {
        try (Cluster cluster = new InJvmCluster(Optional.of(state));
                Demo demo = Demo.start(cluster, SIZE, 0, InstantSource.system(), n -> {})) {
            long started = System.nanoTime();
            demo.drive(Demo.TRAFFIC_MAX);
            assertThatThrownBy(() -> demo.drive(1)).isInstanceOf(IllegalStateException.class);
            await(() -> demo.servedToUsers() >= 300);
            double seconds = (System.nanoTime() - started) / 1e9;
            assertThat(demo.servedToUsers()).isLessThanOrEqualTo((long) (seconds * 200) + 1);
            assertThat(demo.failedForUsers()).isZero();
        }
        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().equals("demo-traffic"));
    }

    @Test
    void aRateOutsideItsRangeIsRefused() {
        try (Cluster cluster = new InJvmCluster(Optional.of(state));
                Demo demo = Demo.start(cluster, SIZE, 0, InstantSource.system(), n -> {})) {
            assertThatThrownBy(() -> demo.drive(0)).hasMessageContaining("traffic=0");
            assertThatThrownBy(() -> demo.drive(201)).hasMessageContaining("traffic=201");
        }
    }
}
