package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.loop.RetrainingLoop;
import dev.mobula.actors.loop.Turn;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class BundleSwapTest extends BundleSwapContract {
    private InJvmCluster cluster;

    @BeforeEach
    void openCluster() {
        cluster = new InJvmCluster(Optional.of(folder.resolve("state")));
    }

    @AfterEach
    void closeCluster() {
        cluster.close();
    }

    @Override
    protected Cluster cluster() {
        return cluster;
    }

    @Test
    void aCrashBeforeThePromotionLeavesTheOldInForceAndOneAfterItTheNew() throws Exception {
        try (SwapWorld world = new SwapWorld(cluster, folder)) {
            String bundle = world.publishWhole("whole");
            AtomicBoolean killed = new AtomicBoolean();
            Runnable kill =
                    () -> {
                        if (world.isShadowed("whole") && !killed.getAndSet(true)) {
                            throw new IllegalStateException("killed");
                        }
                    };
            try (SwapWorld.Load load = world.load()) {
                load.await(20);
                RetrainingLoop first =
                        world.loop(
                                "one", bundle, outcomes("whole", STARTER, GOOD), settings(), kill);
                assertThatThrownBy(first::turn).hasMessage("killed");
            }
            world.restartServices(cluster::restart);
            assertThat(world.pageOf(3).model()).isEqualTo(STARTER);
            assertThat(world.bundles().promotions().promoted()).isEmpty();
            Turn turn =
                    world.turnUnderLoad(
                            "one", bundle, outcomes("whole", STARTER, GOOD), settings());
            assertThat(turn.isKept()).isTrue();
            assertThat(turn.number()).isEqualTo(1);
            world.restartServices(cluster::restart);
            world.reopenFeed();
            LoggedPage page = world.pageOf(3);
            assertThat(page.degraded()).isEmpty();
            assertThat(page.model()).isEqualTo("whole");
            assertThat(page.space()).isNotEmpty();
            assertThat(page.value()).isEqualTo(SwapWorld.VALUE);
        }
    }
}
