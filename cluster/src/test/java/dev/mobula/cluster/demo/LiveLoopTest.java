package dev.mobula.cluster.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.loop.Turn;
import dev.mobula.actors.ranker.Rankers;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.cluster.engine.EngineSettings;
import dev.mobula.cluster.engine.LoopConfig;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.serving.Lineup;
import dev.mobula.training.bundle.BundleStore;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
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
    private static final int PAGES = 900;

    @TempDir private Path folder;

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(4);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
    }

    private static Traffic.Worth worth(Demo demo, String model) {
        return demo.worths().getOrDefault(model, new Traffic.Worth(0, 0));
    }

    private static long pages(Demo demo, String model) {
        return worth(demo, model).pages();
    }

    /// A model of random weights over the engine's features in place of its first one.
    private String beginUntrained(InJvmCluster cluster) throws IOException {
        Rankers rankers = new Rankers(cluster, List.of(new ServiceRef("ranker-0", 1)));
        String before = rankers.status().getFirst().lineup().active();
        assertThat(before).startsWith("starter-");
        FeatureSchema schema = rankers.schema(before, Duration.ofMinutes(1)).join();
        RankingModel starter = StarterModel.over("untrained", schema);
        LayerGraph graph = starter.graph().orElseThrow();
        Weights random = Weights.random(RankingModel.parameters(starter.layout(), graph), SEED);
        Path model = folder.resolve("untrained");
        ModelFolder.save(
                model, RankingModel.of("untrained", starter.layout(), graph, random), List.of());
        rankers.install(model).join();
        rankers.lineUp(Lineup.of("untrained")).join();
        return "untrained";
    }

    @Test
    void whatWasServedMakesAModelThatServesWithoutAFailedPage() throws Exception {
        EngineSettings usual = Demo.settings(0);
        Path store = folder.resolve("bundles");
        EngineSettings settings =
                usual.withFeed(usual.feed().withValue(Demo.LEARNED_VALUE, 2))
                        .withLoop(LoopConfig.quick(Duration.ZERO).withBundles(store));
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(folder.resolve("state")));
                Demo demo =
                        Demo.start(
                                cluster,
                                new DemoSize(1_500, 300, SEED),
                                settings,
                                InstantSource.system(),
                                n -> {})) {
            String first = beginUntrained(cluster);
            demo.drive(Demo.TRAFFIC_MAX);
            await("pages to learn from", () -> pages(demo, first) >= PAGES);

            Turn turn = demo.loop().turn();
            assertThat(turn.against()).isEmpty();
            assertThat(turn.isKept()).isTrue();
            assertThat(turn.before()).isEqualTo(first);
            await("its pages", () -> pages(demo, turn.version()) > PAGES);
            assertThat(pages(demo, first)).isPositive();
            assertThat(demo.failedForUsers()).isZero();
            assertThat(demo.unheardOfUsers()).isZero();
            BundleStore bundles = BundleStore.open(store, Long.MAX_VALUE, InstantSource.system());
            assertThat(bundles.promotions().promoted()).contains(turn.bundle());
            assertThat(bundles.describe(turn.bundle()).evidence().metric("auc.click"))
                    .hasValueSatisfying(auc -> assertThat(auc).isGreaterThan(.55));
            assertThat(bundles.describe(turn.bundle()).lineage().data())
                    .containsKeys("train", "erased.users-0");
        }
    }
}
