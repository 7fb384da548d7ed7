package dev.mobula.cluster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.loop.Turn;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.cluster.engine.EngineSettings;
import dev.mobula.cluster.engine.LoopConfig;
import dev.mobula.training.bundle.BundleStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A whole engine learns from the events of its own pages, and serves what it learned, while its users go on asking.
@Tag("long")
final class LiveLoopTest {
    private static final long SEED = 11;
    private static final int PAGES = 600;

    @TempDir private Path folder;

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static long pages(Demo demo, String model) {
        return demo.worths().getOrDefault(model, new Traffic.Worth(0, 0)).pages();
    }

    @Test
    void whatWasServedMakesABetterModelThatServesWithoutAFailedPage() throws Exception {
        EngineSettings usual = Demo.settings(0);
        Path store = folder.resolve("bundles");
        EngineSettings settings =
                usual.withFeed(usual.feed().withValue("click + like", 2))
                        .withLoop(LoopConfig.quick(Duration.ZERO).withBundles(store));
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(folder.resolve("state")));
                Demo demo =
                        Demo.start(
                                cluster,
                                new DemoSize(1_500, 300, SEED),
                                settings,
                                InstantSource.system(),
                                n -> {})) {
            demo.drive(Demo.TRAFFIC_MAX);
            await("pages to learn from", () -> demo.servedToUsers() >= PAGES);
            String first = demo.worths().keySet().iterator().next();
            assertThat(first).startsWith("starter-");

            Turn turn = demo.loop().turn();

            assertThat(turn.against()).isEmpty();
            assertThat(turn.isKept()).isTrue();
            assertThat(turn.before()).isEqualTo(first);
            await("pages of the new model", () -> pages(demo, turn.version()) >= PAGES);
            Map<String, Traffic.Worth> worths = demo.worths();
            assertThat(worths.get(turn.version()).mean())
                    .as("%s", worths)
                    .isGreaterThan(1.05 * worths.get(first).mean());
            assertThat(demo.failedForUsers()).isZero();
            assertThat(demo.unheardOfUsers()).isZero();
            BundleStore bundles = BundleStore.open(store, Long.MAX_VALUE, InstantSource.system());
            assertThat(bundles.promotions().promoted()).contains(turn.bundle());
            assertThat(bundles.describe(turn.bundle()).lineage().data())
                    .containsKeys("train", "erased.users-0");
        }
    }
}
