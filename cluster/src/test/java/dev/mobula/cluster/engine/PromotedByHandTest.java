package dev.mobula.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.feed.FeedRequest;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.retrieval.store.Item;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.bundle.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A running engine goes by the pointer of its store, whoever moves it.
final class PromotedByHandTest {
    private static final Lineage LINEAGE = new Lineage("", "", "test", "test", Map.of(), List.of());

    @TempDir private Path folder;

    private static void await(String what, BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as(what).isLessThan(deadline);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private BundleDraft ranker(String version) throws IOException {
        RankingModel starter = StarterModel.create();
        Path model = folder.resolve(version);
        ModelFolder.save(
                model,
                RankingModel.of(
                        version,
                        starter.layout(),
                        starter.graph().orElseThrow(),
                        starter.weights()),
                List.of());
        return new BundleDraft(version, LINEAGE, Evidence.NONE).add(Role.RANKER, "ranker", model);
    }

    @Test
    void whatIsPromotedServesWhatCannotIsToldAndARollbackGoesBack() throws Exception {
        Path store = folder.resolve("bundles");
        EngineSettings settings =
                SmallEngine.SETTINGS.withLoop(LoopConfig.quick(Duration.ZERO).withBundles(store));
        BundleStore bundles = BundleStore.open(store, 1L << 30, InstantSource.system());
        Path text = Files.writeString(folder.resolve("text"), "no model");
        String nothing =
                bundles.publish(
                        new BundleDraft("nothing", LINEAGE, Evidence.NONE)
                                .add(Role.FEATURE_SCHEMA, "text", text));
        String one = bundles.publish(ranker("one"));
        String two = bundles.publish(ranker("two"));
        try (SmallEngine small = new SmallEngine(folder.resolve("state"), settings)) {
            Engine engine = small.engine;
            engine.itemShards()
                    .put(
                            LongStream.rangeClosed(1, 20)
                                    .mapToObj(
                                            id ->
                                                    Item.of(id, id, id)
                                                            .withEmbedding(
                                                                    new float[] {1, 0, 0, id}))
                                    .toList())
                    .join();
            for (String[] step : new String[][] {{one, "one"}, {two, "two"}}) {
                bundles.promote(step[0], "", (done, total) -> {});
                await(step[1] + " serves", () -> modelOf(engine).equals(step[1]));
            }
            bundles.promote(nothing, "", (done, total) -> {});
            await(
                    "it is told",
                    () ->
                            String.valueOf(engine.loop().status().failure())
                                    .contains("rankers=0, there must be one"));
            assertThat(modelOf(engine)).isEqualTo("two");
            bundles.rollback("", (done, total) -> {});
            await("the failure is over", () -> engine.loop().status().failure() == null);
            assertThat(modelOf(engine)).isEqualTo("two");
            bundles.rollback("", (done, total) -> {});
            await("one serves again", () -> modelOf(engine).equals("one"));
        }
    }

    private static String modelOf(Engine engine) {
        return engine.feed().page(FeedRequest.of(1, 5).asDebug()).model();
    }
}
