package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.loop.Guards;
import dev.mobula.actors.loop.LoopSettings;
import dev.mobula.actors.loop.Outcome;
import dev.mobula.actors.loop.Outcomes;
import dev.mobula.actors.loop.Phase;
import dev.mobula.actors.loop.RetrainingLoop;
import dev.mobula.actors.loop.Turn;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.ranking.model.StarterModel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole bundles go into service and out of it under load, on whichever cluster: encoders, items' vectors, ranker and value,
/// as one.
public abstract class BundleSwapContract {
    static final String STARTER = StarterModel.create().version();
    static final Outcome GOOD = new Outcome(100, 1_000, .2, .001, 0, .001);
    static final Outcome BAD = new Outcome(100, 1_000, .1, .001, 0, .001);

    @TempDir Path folder;

    protected abstract Cluster cluster();

    static LoopSettings settings() {
        return LoopSettings.standard()
                .withParity(20)
                .withShadow(20, 1)
                .withCanary(.4, 600)
                .withWatch(.4, 600)
                .withGuards(new Guards(400, .02, .01, .5, 3))
                .withTimes(Duration.ofSeconds(1), Duration.ofSeconds(100));
    }

    /// Judged good as a canary, and then as told.
    static Outcomes outcomes(String next, String before, Outcome watched) {
        List<Outcomes.Watch> watches =
                new ArrayList<>(
                        List.of(
                                () -> Map.of(next, GOOD, before, GOOD),
                                () -> Map.of(next, watched, before, GOOD)));
        return watches::removeFirst;
    }

    @Test
    void aSwapAndAWayBackUnderLoadFailNoPageMixNoBundlesAndLoseOrReviveNoItem() throws Exception {
        try (SwapWorld world = new SwapWorld(cluster(), folder)) {
            String bundle = world.publishWhole("whole");
            RetrainingLoop loop =
                    world.loop(
                            "back", bundle, outcomes("whole", STARTER, BAD), settings(), () -> {});
            try (SwapWorld.Load load = world.load()) {
                Turn back = loop.turn();
                assertThat(back.phase()).isEqualTo(Phase.WATCH);
                assertThat(back.against()).isNotEmpty();
                load.await(40);
                load.assertWhole(Set.of(STARTER), "whole");
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
    void whatSomebodyPromotesServesWholeAndOneStepGoesBack() throws Exception {
        try (SwapWorld world = new SwapWorld(cluster(), folder)) {
            String plain = world.publishPlain("plain");
            String whole = world.publishWhole("whole");
            RetrainingLoop loop = world.loop("by-hand", "", () -> Map::of, settings(), () -> {});
            assertThat(loop.promotedElsewhere()).isEmpty();
            try (SwapWorld.Load load = world.load()) {
                for (String bundle : List.of(plain, whole)) {
                    world.bundles().promote(bundle, "", (done, total) -> {});
                    assertThat(loop.promotedElsewhere()).contains(bundle);
                    loop.serve(bundle);
                    assertThat(loop.promotedElsewhere()).isEmpty();
                    load.await(40);
                }
                world.bundles().rollback("", (done, total) -> {});
                assertThat(loop.promotedElsewhere()).contains(plain);
                loop.serve(plain);
                load.await(40);
                load.assertWhole(Set.of(STARTER, "plain"), "whole");
            }
            assertThat(world.pageOf(3).model()).isEqualTo("plain");
            world.assertNothingLostOrRevived();
        }
    }
}
