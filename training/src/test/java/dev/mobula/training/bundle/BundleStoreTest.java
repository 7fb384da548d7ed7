package dev.mobula.training.bundle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.calibration.Calibration;
import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.features.Feature;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.features.Scaling;
import dev.mobula.ranking.features.Side;
import dev.mobula.ranking.ope.Estimate;
import dev.mobula.ranking.ope.Evaluation;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A bundle is whole or not there, never changes unnoticed, and is promoted only when its evidence says so.
final class BundleStoreTest {
    private static final Bundle.Checked QUIET = (done, total) -> {};
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.EPOCH);

    @TempDir Path root;

    private BundleStore store;
    private int made;

    @BeforeEach
    void open() {
        store = BundleStore.open(root.resolve("store"), 1 << 20, CLOCK);
    }

    private static FeatureSchema schema() {
        return new FeatureSchema(
                "small",
                1,
                List.of(),
                List.of(new Feature.Dense("age", Side.USER, Scaling.LOG, 0)));
    }

    private BundleDraft draft(String content, Evidence evidence) throws IOException {
        Path files = Files.createDirectories(root.resolve("made" + made++));
        Files.writeString(files.resolve("schema.json"), schema().toJson());
        Calibrators calibrators =
                new Calibrators("1", Map.of("click", new Calibration.Temperature(2)));
        Files.writeString(files.resolve("calibrators.json"), calibrators.toJson());
        Path index = Files.createDirectories(files.resolve("index").resolve("deep"));
        Files.writeString(index.resolve("a.index"), content);
        Files.writeString(files.resolve("index").resolve("b.index"), "b");
        Lineage lineage =
                new Lineage(
                        "run-1", "abc", "0.1", "packed/16/1", Map.of("train", "f00"), List.of());
        return new BundleDraft("home", lineage, evidence)
                .add(Role.FEATURE_SCHEMA, "features", files.resolve("schema.json"))
                .add(Role.CALIBRATORS, "heads", files.resolve("calibrators.json"))
                .add(Role.ITEM_INDEX, "items", files.resolve("index"));
    }

    private String publish(String content) throws IOException {
        return store.publish(draft(content, Evidence.NONE));
    }

    private static Evidence auc(double value) {
        return Evidence.NONE.withMetrics(Map.of("auc", value));
    }

    @Test
    void theIdIsTheContentsAndNothingElse() throws Exception {
        String id = publish("one");
        assertThat(publish("one")).isEqualTo(id);
        assertThat(publish("two")).isNotEqualTo(id);
        assertThat(store.publish(draft("one", auc(.5)))).isNotEqualTo(id);
        assertThat(store.list()).hasSize(3);
        assertThat(id).matches("[0-9a-f]{64}");
        assertThat(store.resolve(id.substring(0, 12))).isEqualTo(id);
        assertThatThrownBy(() -> store.resolve("abc")).hasMessageContaining("bundle=abc");
    }

    @Test
    void itsPartsAreReadBack() throws Exception {
        Bundle bundle = store.load(publish("one"), QUIET);
        assertThat(bundle.featureSchema()).isEqualTo(schema());
        assertThat(bundle.calibrators().of("click").isCalibrated()).isTrue();
        Path index = bundle.path(Role.ITEM_INDEX, "items");
        assertThat(index.resolve("deep").resolve("a.index")).hasContent("one");
        assertThatThrownBy(() -> bundle.path(Role.RANKER, "home"))
                .hasMessageContaining("has no RANKER 'home'")
                .hasMessageContaining("item-index/items");
    }

    @Test
    void anyChangedMissingOrForeignFileIsRefusedByName() throws Exception {
        String id = publish("one");
        Path folder = store.load(id, QUIET).folder();
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        assertThat(files).hasSize(5);
        for (Path file : files) {
            byte[] whole = Files.readAllBytes(file);
            for (int at = 0; at < whole.length; at += Math.max(1, whole.length / 7)) {
                byte[] flipped = whole.clone();
                flipped[at] ^= 4;
                Files.write(file, flipped);
                assertRefused(id, file);
            }
            Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 1));
            assertRefused(id, file);
            Files.delete(file);
            assertThatThrownBy(() -> store.load(id, QUIET)).isInstanceOf(TrainingException.class);
            Files.write(file, whole);
        }
        Path foreign = Files.writeString(folder.resolve("more.txt"), "x");
        assertRefused(id, foreign);
        Files.delete(foreign);
        store.load(id, QUIET);
    }

    private void assertRefused(String id, Path file) {
        assertThatThrownBy(() -> store.load(id, QUIET))
                .isInstanceOfSatisfying(
                        TrainingException.class, e -> assertThat(e.code()).isEqualTo(Code.CORRUPT))
                .hasMessageContaining(file.toString());
    }

    @Test
    void promotingAndRollingBackMoveThePointerAndRememberIt() throws Exception {
        String a = publish("a");
        String b = publish("b");
        String c = publish("c");
        for (String id : List.of(a, b, c)) {
            assertThat(store.promote(id, "", QUIET)).isEqualTo(new BundleStore.Promotion.Done(id));
        }
        assertThat(store.resolve("promoted")).isEqualTo(c);
        assertThat(store.rollback("too slow", QUIET)).isEqualTo(b);
        assertThat(store.promote(c, "", QUIET)).isEqualTo(new BundleStore.Promotion.Done(c));
        assertThat(store.rollback("", QUIET)).isEqualTo(b);
        assertThat(store.rollback("", QUIET)).isEqualTo(a);
        assertThatThrownBy(() -> store.rollback("", QUIET))
                .hasMessageContaining("no bundle was promoted before " + a);
        BundleStore again = BundleStore.open(root.resolve("store"), 1 << 20, CLOCK);
        assertThat(again.promotions().promoted()).contains(a);
        assertThat(again.promotions().history()).hasSize(7);
        assertThat(again.promotions().history().get(3))
                .isEqualTo(
                        new Promotions.Move(
                                "1970-01-01T00:00:00Z", Promotions.Action.ROLLBACK, b, "too slow"));
    }

    @Test
    void aDamagedBundleIsNeitherPromotedNorRolledBackTo() throws Exception {
        String a = publish("a");
        String b = publish("b");
        store.promote(a, "", QUIET);
        store.promote(b, "", QUIET);
        Path file = store.load(a, QUIET).path(Role.ITEM_INDEX, "items").resolve("b.index");
        Files.writeString(file, "B");
        assertThatThrownBy(() -> store.rollback("", QUIET)).isInstanceOf(TrainingException.class);
        assertThatThrownBy(() -> store.promote(a, "", QUIET)).isInstanceOf(TrainingException.class);
        assertThat(store.promotions().promoted()).contains(b);
    }

    @Test
    void aDamagedPointerIsSaidAndAHalfWrittenOneIsNotLookedAt() throws Exception {
        String a = publish("a");
        store.promote(a, "", QUIET);
        Path pointer = root.resolve("store").resolve("promoted");
        Files.writeString(root.resolve("store").resolve("promoted.half"), "{");
        assertThat(store.promotions().promoted()).contains(a);
        byte[] whole = Files.readAllBytes(pointer);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 1;
            Files.write(pointer, flipped);
            assertThatThrownBy(() -> store.promotions())
                    .isInstanceOfSatisfying(
                            TrainingException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.CORRUPT));
            Files.write(pointer, java.util.Arrays.copyOf(whole, at));
            assertThatThrownBy(() -> store.promotions()).isInstanceOf(TrainingException.class);
        }
    }

    @Test
    void theOldestBundlesGoBeyondTheQuotaButNoneThatIsNeeded() throws Exception {
        long one = store.describe(publish("x".repeat(1_000))).bytes();
        store = BundleStore.open(root.resolve("tight"), 4 * one, CLOCK);
        String first = publish("a".repeat(1_000));
        String second = publish("b".repeat(1_000));
        store.promote(first, "", QUIET);
        store.promote(second, "", QUIET);
        String last = "";
        for (int i = 0; i < 5; i++) {
            last = publish("%04d".formatted(i).repeat(250));
        }
        assertThat(store.list().stream().map(BundleStore.Listed::id).toList())
                .contains(first, second, last)
                .hasSize(4);
        assertThatThrownBy(() -> publish("y".repeat(4_000)))
                .isInstanceOfSatisfying(
                        TrainingException.class, e -> assertThat(e.code()).isEqualTo(Code.FULL))
                .hasMessageContaining("quota of " + 4 * one);
        assertThat(store.rollback("", QUIET)).isEqualTo(first);
    }

    private void gates(String yaml) throws IOException {
        Files.writeString(root.resolve("store").resolve("gates.yaml"), yaml);
    }

    private List<String> blocked(Evidence evidence) throws IOException {
        String id = store.publish(draft("g" + made, evidence));
        return switch (store.promote(id, "", QUIET)) {
            case BundleStore.Promotion.Done _ -> List.of();
            case BundleStore.Promotion.Blocked(String _, List<String> reasons) -> reasons;
        };
    }

    @Test
    void gatesBlockWithTheirReasons() throws Exception {
        gates(
                """
                gates:
                  - {metric: auc, min: 0.7}
                  - {no-worse: auc, margin: 0.01}
                  - {off-policy: DR, margin: 0.001}
                  - {calibration: all, max: 0.02}
                """);
        assertThat(blocked(Evidence.NONE))
                .containsExactly(
                        "metric auc was not measured",
                        "no off-policy estimate DR",
                        "the calibration of head all was not measured");
        Evaluation.Diagnostics diagnostics = new Evaluation.Diagnostics(10, 10, 5, 9, 1, .1, 0);
        Evidence good =
                new Evidence(
                                Map.of("auc", .8),
                                Map.of("click", new Evidence.Calibrated(.01, .005, .015, 1_000)),
                                Map.of(),
                                List.of(),
                                0)
                        .withOffPolicy(
                                new Evaluation.Answered(
                                        diagnostics, List.of(new Estimate("DR", .06, .055, .065))),
                                .05);
        assertThat(blocked(good)).isEmpty();
        assertThat(blocked(good.withMetrics(Map.of("auc", .795)))).isEmpty();
        assertThat(blocked(good.withMetrics(Map.of("auc", .71))))
                .containsExactly(
                        "metric auc is 0.71000, the promoted bundle has 0.79500 and at most 0.010000"
                                + " less is allowed");
        Evidence uncalibrated =
                new Evidence(
                        good.metrics(),
                        Map.of(
                                "click", new Evidence.Calibrated(.01, 0, 1, 9),
                                "like", new Evidence.Calibrated(.04, 0, 1, 9)),
                        good.offPolicy(),
                        List.of(),
                        .0541);
        assertThat(blocked(uncalibrated))
                .containsExactly(
                        "off-policy lower bound (DR) is 0.055000, must be 0.055100 or more: the logs"
                                + " earned 0.054100",
                        "calibration error of head like is 0.040000, must be at most 0.020000");
        Evidence refused =
                good.withOffPolicy(
                        new Evaluation.Refused(diagnostics, List.of("effective sample size 5")),
                        .05);
        assertThat(blocked(refused))
                .containsExactly("the logs cannot tell its value: effective sample size 5");
    }

    @Test
    void anOverrideIsRememberedWithWhatItOverrode() throws Exception {
        gates("gates: [{metric: auc, min: 0.7}]");
        String id = publish("a");
        assertThat(store.promote(id, "", QUIET)).isInstanceOf(BundleStore.Promotion.Blocked.class);
        assertThat(store.promotions().promoted()).isEqualTo(Optional.empty());
        store.promote(id, "hot fix", QUIET);
        assertThat(store.promotions().history().getFirst().note())
                .isEqualTo("hot fix (over: metric auc was not measured)");
    }

    @Test
    void wrongGatesAreRefusedByLine() throws Exception {
        gates("gates:\n  - {metric: auc}\n");
        assertThatThrownBy(() -> store.gates())
                .hasMessageContaining("gates.yaml:2: gates[0].metric=auc");
        gates("gates:\n  - {metric: auc, min: 0, mx: 1}\n");
        assertThatThrownBy(() -> store.gates())
                .hasMessageContaining("gates[0].mx=1: is not a key here");
    }

    @Test
    void aDiffNamesWhatChanged() throws Exception {
        Manifest a = store.describe(store.publish(draft("a", auc(.7))));
        Manifest b = store.describe(store.publish(draft("b", auc(.8))));
        BundleDiff diff = BundleDiff.between(a, b);
        assertThat(diff.parts()).containsExactly("changed item-index/items: 1 of 2 files");
        assertThat(diff.metrics())
                .containsExactly(new BundleDiff.Metric("auc", Optional.of(.7), Optional.of(.8)));
        assertThat(diff.lineage()).isEmpty();
    }

    @Test
    void badDraftsAreRefused() {
        assertThatThrownBy(() -> draft("a", auc(Double.NaN)))
                .hasMessageContaining("metric auc=NaN");
        Lineage none = new Lineage("", "", "", "", Map.of(), List.of());
        assertThatThrownBy(() -> new BundleDraft("../x", none, Evidence.NONE))
                .hasMessageContaining("bundle name=\"../x\"");
        assertThatThrownBy(
                        () ->
                                new BundleDraft("x", none, Evidence.NONE)
                                        .add(Role.RANKER, "r", root.resolve("nothing")))
                .isInstanceOf(TrainingException.class);
    }
}
