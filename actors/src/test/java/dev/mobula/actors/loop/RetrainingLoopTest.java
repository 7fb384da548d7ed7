package dev.mobula.actors.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.ranker.RankerStatus;
import dev.mobula.actors.ranker.Scores;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.StarterModel;
import dev.mobula.ranking.model.Tensor;
import dev.mobula.ranking.model.Weights;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleDraft;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.bundle.Manifest;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.recipe.Recipes;
import dev.mobula.training.run.RunWatcher;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole turns in a simulated world: what is better is promoted, what is worse goes back, and nobody notices the swap.
@Tag("long")
final class RetrainingLoopTest {
    private static final String DESCRIPTION =
            """
            task: multitask
            seed: 5
            batch: 128
            engine: vector
            epochs: 3
            model:
              hidden: [16]
              cross: 1
              labels:
                - {head: click, kind: click}
                - {head: like, kind: like}
            optimizer: {rate: 0.005, table-rate: 0.05, clip: 10}
            value: {home: click + like}
            """;

    @TempDir private static Path folder;
    private static LoopWorld world;
    private static BundleStore bundles;
    private static Turn firstTurn;

    @BeforeAll
    static void learnOnce() throws Exception {
        world = new LoopWorld(folder, 3);
        bundles = BundleStore.open(folder.resolve("bundles"), 1L << 30, world::now);
        world.serve(1_000);
        firstTurn = loop("first", learning(Optional.empty()), outcomes(), patient()).turn();
    }

    private static LogLearning learning(Optional<String> encoder) {
        return new LogLearning(
                new LogLearning.Settings(
                        ServedLog.of(world.log().folder()),
                        folder.resolve("turns"),
                        folder.resolve("bundles"),
                        "home",
                        DESCRIPTION,
                        encoder,
                        List.of("click", "like"),
                        Duration.ofHours(1),
                        1_000),
                Recipes.all(),
                world::now,
                RunWatcher.NONE);
    }

    @AfterAll
    static void close() {
        world.close();
    }

    private static Outcomes outcomes() {
        return new LoggedOutcomes(
                ServedLog.of(world.log().folder()),
                Map.of("click", 1.0, "like", 1.0),
                Set.of("hide"));
    }

    private static LoopSettings patient() {
        return LoopSettings.standard()
                .withParity(40)
                .withShadow(40, 1)
                .withCanary(0.4, 600)
                .withWatch(0.4, 600)
                .withGuards(new Guards(400, 0.02, 0.01, 0.5, 3))
                .withTimes(Duration.ofSeconds(1), Duration.ofDays(60));
    }

    private static RetrainingLoop loop(
            String name, Learning learning, Outcomes outcomes, LoopSettings settings) {
        return new RetrainingLoop(
                new LoopParts(
                        world.rankers(),
                        world.spaces(),
                        () -> {},
                        bundles,
                        learning,
                        outcomes,
                        ServedLog.of(world.log().folder()),
                        folder.resolve("loop-" + name),
                        time -> world.serve(40),
                        world::now),
                settings);
    }

    private static String active() {
        List<String> all =
                world.rankers().status().stream()
                        .map(RankerStatus::lineup)
                        .map(lineup -> lineup.active() + lineup.canary() + lineup.shadows())
                        .distinct()
                        .toList();
        assertThat(all).hasSize(1);
        return all.getFirst().replace("[]", "");
    }

    /// A bundle of the first turn's model under another version, its layers changed.
    private static String publish(String version, UnaryOperator<Map<String, Tensor>> change)
            throws Exception {
        Bundle bundle = bundles.load(firstTurn.bundle(), (done, total) -> {});
        RankingModel model = bundle.ranker(Kernels.ofThisMachine());
        return publish(
                RankingModel.of(
                        version,
                        model.layout(),
                        model.graph().orElseThrow(),
                        Weights.of(change.apply(model.weights().tensors()))));
    }

    private static String publish(RankingModel model) throws Exception {
        Path files = folder.resolve("made-" + model.version());
        ModelFolder.save(files.resolve("ranker"), model, List.of());
        Path schema = files.resolve("schema.json");
        Files.writeString(schema, model.layout().schema().toJson());
        return bundles.publish(
                new BundleDraft(
                                "home",
                                new Lineage("", "", "test", "test", Map.of(), List.of()),
                                Evidence.NONE)
                        .add(Role.RANKER, "ranker", files.resolve("ranker"))
                        .add(Role.FEATURE_SCHEMA, "features", schema));
    }

    /// What was liked best comes last.
    private static Map<String, Tensor> upsideDown(Map<String, Tensor> tensors) {
        Map<String, Tensor> turned = new HashMap<>(tensors);
        for (String head : List.of("out_click", "out_like")) {
            for (String part : List.of(".weight", ".bias")) {
                Tensor tensor = Objects.requireNonNull(tensors.get(head + part));
                float[] values = tensor.values().clone();
                for (int i = 0; i < values.length; i++) {
                    values[i] = -values[i];
                }
                turned.put(head + part, new Tensor(tensor.shape(), values));
            }
        }
        return turned;
    }

    @Test
    void aTurnLearnsProvesAndPromotesAndTheWorldGainsByIt() {
        assertThat(firstTurn.against()).isEmpty();
        assertThat(firstTurn.isKept()).isTrue();
        assertThat(firstTurn.before()).isEqualTo(LoopWorld.FIRST);
        assertThat(bundles.promotions().stack()).contains(firstTurn.bundle());
        assertThat(bundles.describe(firstTurn.bundle()).evidence().metric("auc.click"))
                .hasValueSatisfying(auc -> assertThat(auc).isGreaterThan(.55));
        assertThat(world.utilityOf(firstTurn.version()))
                .isGreaterThan(world.utilityOf(LoopWorld.FIRST));
    }

    @Test
    void anEncoderThatIsDescribedIsLearnedFromTheSameDataAndGoesIntoTheSameBundle() {
        String towers =
                """
                task: two-tower
                seed: 5
                batch: 64
                steps: 60
                engine: vector
                model: {width: 16, dimension: 16, hidden: [16], events: 5, temperature: 0.1}
                optimizer: {rate: 0.003, table-rate: 0.01, table: adam}
                """;
        LogLearning learning = learning(Optional.of(towers));
        String id = learning.learn(50);
        Bundle whole = bundles.load(id, (done, total) -> {});
        assertThat(whole.manifest().parts())
                .extracting(Manifest.Part::role)
                .contains(Role.RANKER, Role.CALIBRATORS, Role.VALUE_MODEL)
                .contains(Role.ENCODER, Role.ITEM_INDEX);
        assertThat(new Staging(folder.resolve("whole")).against(whole)).isEmpty();
        assertThat(whole.manifest().evidence().metrics()).containsKeys("auc.click", "coverage");
        assertThat(whole.manifest().lineage().parents()).hasSize(2);
        assertThat(learning.learn(50)).isEqualTo(id);
        assertThat(folder.resolve("turns/turn-50/joined")).doesNotExist();
    }

    @Test
    void aCanaryThatEarnsLessGoesBackByItselfAndThePointerStays() throws Exception {
        String before = active();
        List<String> stack = bundles.promotions().stack();
        String worse = publish("worse", RetrainingLoopTest::upsideDown);
        Turn turn =
                loop("worse", number -> worse, outcomes(), patient().withCanary(.4, 1_000_000_000))
                        .turn();
        assertThat(turn.phase()).isEqualTo(Phase.CANARY);
        assertThat(turn.against()).singleElement().asString().contains("reward per item shown");
        assertThat(active()).isEqualTo(before);
        assertThat(bundles.promotions().stack()).isEqualTo(stack);
        assertThat(world.rankers().status())
                .allSatisfy(
                        ranker ->
                                assertThat(ranker.models())
                                        .extracting(RankerStatus.Loaded::version)
                                        .doesNotContain("worse"));
    }

    @Test
    void aBreachAfterThePromotionTakesThePointerBack() throws Exception {
        String before = active();
        List<String> stack = bundles.promotions().stack();
        String next = publish("late", UnaryOperator.identity());
        Outcome good = new Outcome(100, 1_000, .2, .001, 0, .001);
        Outcome bad = new Outcome(100, 1_000, .1, .001, 0, .001);
        List<Outcomes.Watch> watches =
                new ArrayList<>(
                        List.of(
                                () -> Map.of("late", good, before, good),
                                () -> Map.of("late", bad, before, good)));
        Turn turn = loop("late", number -> next, watches::removeFirst, patient()).turn();
        assertThat(turn.phase()).isEqualTo(Phase.WATCH);
        assertThat(turn.against()).isNotEmpty();
        assertThat(bundles.promotions().stack()).isEqualTo(stack);
        assertThat(bundles.promotions().history()).hasSizeGreaterThan(1);
        assertThat(active()).isEqualTo(before);
    }

    @Test
    void aModelThatLoggedRequestsCannotBeReplayedThroughGoesNoFurther() throws Exception {
        String before = active();
        RankingModel starter = StarterModel.create();
        String other =
                publish(
                        RankingModel.of(
                                "other",
                                starter.layout(),
                                starter.graph().orElseThrow(),
                                starter.weights()));
        Turn turn = loop("other", number -> other, outcomes(), patient()).turn();
        assertThat(turn.phase()).isEqualTo(Phase.PARITY);
        assertThat(turn.against()).singleElement().asString().contains("nothing to replay");
        assertThat(active()).isEqualTo(before);
    }

    @Test
    void aBundleWithAnIndexAndNoEncoderGoesNoFurther() throws Exception {
        String before = active();
        Bundle bundle = bundles.load(firstTurn.bundle(), (done, total) -> {});
        Path index = folder.resolve("index-part");
        Files.writeString(index, "an index");
        String half =
                bundles.publish(
                        new BundleDraft(
                                        "half",
                                        new Lineage("", "", "test", "test", Map.of(), List.of()),
                                        Evidence.NONE)
                                .add(Role.RANKER, "ranker", bundle.path(Role.RANKER, "ranker"))
                                .add(Role.ITEM_INDEX, "items", index));
        Turn turn = loop("half", number -> half, outcomes(), patient()).turn();
        assertThat(turn.phase()).isEqualTo(Phase.GATES);
        assertThat(turn.against())
                .singleElement()
                .asString()
                .contains("encoders=0, item indexes=1");
        assertThat(active()).isEqualTo(before);
    }

    @Test
    void aTurnThatWasBrokenOffGoesOnWithItsBundle() throws Exception {
        String same = publish("resumed", UnaryOperator.identity());
        AtomicLong learned = new AtomicLong();
        Learning once =
                number -> {
                    learned.incrementAndGet();
                    return same;
                };
        Outcomes killed =
                () -> {
                    throw new IllegalStateException("killed");
                };
        try {
            loop("resumed", once, killed, patient()).turn();
        } catch (IllegalStateException expected) {
            assertThat(expected).hasMessage("killed");
        }
        Turn turn = loop("resumed", once, outcomes(), patient()).turn();
        assertThat(turn.isOver()).isTrue();
        assertThat(turn.number()).isEqualTo(1);
        assertThat(turn.bundle()).isEqualTo(same);
        assertThat(learned).hasValue(1);
    }

    @Test
    void aSwapAndAWayBackUnderLoadFailNoRequestAndMixNoVersions() throws Exception {
        String next = publish("swapped", RetrainingLoopTest::upsideDown);
        Outcome good = new Outcome(100, 1_000, .2, .001, 0, .001);
        Outcome bad = new Outcome(100, 1_000, .1, .001, 0, .001);
        String before = active();
        List<Outcomes.Watch> watches =
                new ArrayList<>(
                        List.of(
                                () -> Map.of("swapped", good, before, good),
                                () -> Map.of("swapped", bad, before, good)));
        CountDownLatch over = new CountDownLatch(1);
        Map<String, Set<List<Float>>> answers = new ConcurrentHashMap<>();
        ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
        AtomicLong asked = new AtomicLong();
        long[] candidates = world.onOffer(8);
        List<Thread> load = new ArrayList<>();
        for (int user = 0; user < 2; user++) {
            int asking = user;
            load.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        while (over.getCount() > 0) {
                                            try {
                                                keep(
                                                        answers,
                                                        world.score(asking, candidates),
                                                        asking);
                                                asked.incrementAndGet();
                                            } catch (RuntimeException failed) {
                                                failures.add(failed);
                                                return;
                                            }
                                        }
                                    }));
        }
        Turn turn = loop("swapped", number -> next, watches::removeFirst, patient()).turn();
        over.countDown();
        for (Thread thread : load) {
            thread.join();
        }
        assertThat(failures).isEmpty();
        assertThat(turn.phase()).isEqualTo(Phase.WATCH);
        assertThat(asked.get()).isGreaterThan(4);
        assertThat(answers.keySet())
                .allMatch(key -> key.startsWith("swapped ") || key.startsWith(before));
        assertThat(answers.values()).allSatisfy(scores -> assertThat(scores).hasSize(1));
        assertThat(active()).isEqualTo(before);
    }

    /// One version has one answer for one user: two would be a mixture.
    private static void keep(Map<String, Set<List<Float>>> answers, Scores scores, int user) {
        List<Float> values = new ArrayList<>();
        for (float value : scores.values()) {
            values.add(value);
        }
        answers.computeIfAbsent(
                        scores.model() + " " + user + Arrays.toString(scores.ids()),
                        key -> ConcurrentHashMap.newKeySet())
                .add(values);
    }
}
