package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.loop.Guards;
import dev.mobula.actors.loop.LoopSettings;
import dev.mobula.actors.loop.Outcome;
import dev.mobula.actors.loop.Outcomes;
import dev.mobula.actors.loop.Phase;
import dev.mobula.actors.loop.RetrainingLoop;
import dev.mobula.actors.loop.Turn;
import dev.mobula.ranking.model.StarterModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole bundles go into service and out of it under load: encoders, items' vectors, ranker and value, as one.
final class BundleSwapTest {
    private static final String STARTER = StarterModel.create().version();
    private static final Outcome GOOD = new Outcome(100, 1_000, .2, .001, 0, .001);
    private static final Outcome BAD = new Outcome(100, 1_000, .1, .001, 0, .001);

    @TempDir private Path folder;

    private static LoopSettings settings() {
        return LoopSettings.standard()
                .withParity(20)
                .withShadow(20, 1)
                .withCanary(.4, 600)
                .withWatch(.4, 600)
                .withGuards(new Guards(400, .02, .01, .5, 3))
                .withTimes(Duration.ofSeconds(1), Duration.ofSeconds(100));
    }

    /// Judged good as a canary, and then as told.
    private static Outcomes outcomes(String next, String before, Outcome watched) {
        List<Outcomes.Watch> watches =
                new ArrayList<>(
                        List.of(
                                () -> Map.of(next, GOOD, before, GOOD),
                                () -> Map.of(next, watched, before, GOOD)));
        return watches::removeFirst;
    }

    @Test
    void aSwapAndAWayBackUnderLoadFailNoPageMixNoBundlesAndLoseOrReviveNoItem() throws Exception {
        try (SwapWorld world = new SwapWorld(folder)) {
            String bundle = world.publishWhole("whole");
            RetrainingLoop loop =
                    world.loop(
                            "back", bundle, outcomes("whole", STARTER, BAD), settings(), () -> {});
            try (SwapWorld.Load load = world.load()) {
                Turn back = loop.turn();
                assertThat(back.phase()).isEqualTo(Phase.WATCH);
                assertThat(back.against()).isNotEmpty();
                load.await(40);
                load.assertWhole(STARTER, "whole");
                world.assertNothingLostOrRevived();
            }
            assertThat(world.pageOf(3).model()).isEqualTo(STARTER);
            Turn kept =
                    world.turnUnderLoad(
                            "kept", bundle, outcomes("whole", STARTER, GOOD), settings());
            assertThat(kept.against()).isEmpty();
            assertThat(kept.isKept()).isTrue();
            assertThat(world.bundles().promotions().promoted()).contains(bundle);
            world.assertNothingLostOrRevived();
            LoggedPage page = world.pageOf(3);
            assertThat(page.model()).isEqualTo("whole");
            assertThat(SwapWorld.isNearInGroup(world.longPageOf(3))).contains(true);
            world.assertNewItemIsFound();
        }
    }

    @Test
    void aCrashBeforeThePromotionLeavesTheOldInForceAndOneAfterItTheNew() throws Exception {
        try (SwapWorld world = new SwapWorld(folder)) {
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
            world.restartServices();
            assertThat(world.pageOf(3).model()).isEqualTo(STARTER);
            assertThat(world.bundles().promotions().promoted()).isEmpty();
            Turn turn =
                    world.turnUnderLoad(
                            "one", bundle, outcomes("whole", STARTER, GOOD), settings());
            assertThat(turn.isKept()).isTrue();
            assertThat(turn.number()).isEqualTo(1);
            world.restartServices();
            world.reopenFeed();
            LoggedPage page = world.pageOf(3);
            assertThat(page.degraded()).isEmpty();
            assertThat(page.model()).isEqualTo("whole");
            assertThat(page.space()).isNotEmpty();
            assertThat(page.value()).isEqualTo(SwapWorld.VALUE);
        }
    }
}
