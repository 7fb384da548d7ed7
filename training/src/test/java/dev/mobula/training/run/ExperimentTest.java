package dev.mobula.training.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.ranking.features.FeatureVector;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.dataset.Dataset;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.durable.FolderLock;
import dev.mobula.training.log.EventLog;
import dev.mobula.training.log.LogReader;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.recipe.Recipes;
import dev.mobula.training.run.RunRecord.State;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A described run is recorded, stopped, resumed, judged and published; what cannot go well is refused before it starts.
final class ExperimentTest {
    @TempDir static Path root;

    @BeforeAll
    static void serve() {
        ServedWorld.joined(root, 600);
    }

    private static RunDescription read(Path file) {
        return RunDescription.read(file, Recipes.all());
    }

    private static Experiment experiment(Path description, String id, RunWatcher watcher) {
        return new Experiment(
                read(description),
                new RunFolder(root.resolve("runs").resolve(id)),
                watcher,
                InstantSource.system(),
                System::nanoTime);
    }

    @Test
    void aRunLearnsIsRecordedAndPublishesWhatServesTheSameScores() throws Exception {
        Path file = ServedWorld.description(root, "whole", 120, "");
        List<Integer> steps = new ArrayList<>();
        RunRecord record =
                experiment(
                                file,
                                "whole",
                                new RunWatcher() {
                                    @Override
                                    public void step(StepReport report, int wanted, int rows) {
                                        steps.add(report.step());
                                    }
                                })
                        .run();
        assertThat(record.state()).isEqualTo(State.DONE);
        assertThat(steps).hasSize(120).isSorted();
        assertThat(record.metrics().get("auc.click")).isGreaterThan(.7);
        RunFolder folder = new RunFolder(root.resolve("runs").resolve("whole"));
        List<MetricsLog.Entry> entries = MetricsLog.read(folder.path());
        assertThat(entries.stream().filter(MetricsLog.Entry::evaluated)).hasSize(6);
        assertThat(entries.stream().filter(entry -> !entry.evaluated())).hasSize(120);
        assertThat(Files.readString(folder.report()))
                .contains("auc.click", "<svg", "task: multitask")
                .doesNotContain("<script", "http://", "https://");
        assertServes(record);
    }

    private static void assertServes(RunRecord record) {
        BundleStore store =
                BundleStore.open(root.resolve("bundles"), 1L << 30, InstantSource.system());
        Bundle bundle = store.load(record.bundle(), (done, total) -> {});
        assertThat(bundle.manifest().lineage().run()).isEqualTo(record.id());
        assertThat(bundle.manifest().lineage().data())
                .isEqualTo(Map.of("train", Dataset.open(root.resolve("joined")).fingerprint()));
        assertThat(bundle.manifest().evidence().metrics()).isEqualTo(record.metrics());
        assertThat(bundle.manifest().evidence().calibration()).containsKey("click");
        assertThat(bundle.manifest().evidence().refusals())
                .singleElement()
                .asString()
                .startsWith("drawn impressions: 0 to validate and 0 to test");
        assertThat(bundle.manifest().parts(Role.VALUE_MODEL)).hasSize(1);
        assertThat(bundle.calibrators().of("click").isCalibrated()).isTrue();
        RankingModel model = bundle.ranker(Kernels.ofThisMachine());
        assertThat(model.layout().schema()).isEqualTo(bundle.featureSchema());
        Dataset data = Dataset.open(root.resolve("joined"));
        Rows rows = new Rows(data.schema());
        try (LogReader reader = data.view().reader()) {
            reader.read(0, 50, rows);
        }
        PackedScorer scorer =
                PackedScorer.of(
                        model.graph().orElseThrow(),
                        model.layout().sharedWidth(),
                        model.weights(),
                        Kernels.ofThisMachine());
        try (Ranker ranker = new Ranker(model, scorer);
                Ranker.Session session = ranker.open(1)) {
            for (int i = 0; i < rows.size(); i++) {
                FeatureVector vector =
                        EventLog.impression(rows, i, EventLog.features(data.schema())).features();
                assertThat(session.replay(vector, ranker.kernel()).score(0, 0)).isBetween(0f, 1f);
            }
        }
    }

    @Test
    void drawnImpressionsTellWhatAPreferenceIsWorth(@TempDir Path own) throws Exception {
        ServedWorld.joined(own, 1_500, 0.25);
        Path file = ServedWorld.description(own, "drawn", 120, "");
        RunRecord record =
                new Experiment(
                                read(file),
                                new RunFolder(own.resolve("runs").resolve("drawn")),
                                RunWatcher.NONE,
                                InstantSource.system(),
                                System::nanoTime)
                        .run();
        Evidence evidence =
                BundleStore.open(own.resolve("bundles"), 1L << 30, InstantSource.system())
                        .load(record.bundle(), (done, total) -> {})
                        .manifest()
                        .evidence();
        assertThat(evidence.refusals()).isEmpty();
        assertThat(evidence.loggedReward()).isBetween(.15, .4);
        assertThat(evidence.offPolicy().get("SNIPS").lower())
                .isGreaterThan(evidence.loggedReward());
    }

    private static String bundleFile(RunRecord record) throws Exception {
        Path ranker =
                root.resolve("bundles")
                        .resolve("bundles")
                        .resolve(record.bundle())
                        .resolve("ranker")
                        .resolve("ranker")
                        .resolve("weights.safetensors");
        return DurableFile.sha256(ranker);
    }

    /// Stops a run after a step.
    private static final class StopAt implements RunWatcher {
        private final int step;
        private Experiment experiment;

        private StopAt(int step) {
            this.step = step;
        }

        @Override
        public void step(StepReport report, int wanted, int rows) {
            if (report.step() == step) {
                experiment.stop();
            }
        }
    }

    @Test
    void aStoppedRunGoesOnToTheSameWeightsBitForBit() throws Exception {
        Path file = ServedWorld.description(root, "resumed", 60, "");
        RunRecord whole = experiment(file, "resumed-not", RunWatcher.NONE).run();
        StopAt stop = new StopAt(33);
        stop.experiment = experiment(file, "resumed", stop);
        RunRecord stopped = stop.experiment.run();
        assertThat(stopped.state()).isEqualTo(State.STOPPED);
        assertThat(stopped.stepsDone()).isEqualTo(33);
        RunRecord resumed = experiment(file, "resumed", RunWatcher.NONE).run();
        assertThat(resumed.state()).isEqualTo(State.DONE);
        assertThat(bundleFile(resumed)).isEqualTo(bundleFile(whole));
        assertThat(resumed.metrics()).isEqualTo(whole.metrics());
        List<Integer> steps =
                MetricsLog.read(root.resolve("runs").resolve("resumed")).stream()
                        .filter(entry -> !entry.evaluated())
                        .map(MetricsLog.Entry::step)
                        .toList();
        assertThat(steps).hasSize(60).doesNotHaveDuplicates();
        assertThatThrownBy(() -> experiment(file, "resumed", RunWatcher.NONE).run())
                .hasMessageContaining("this run is done");
    }

    @Test
    void threeWorkersStopTogetherAndEndWhereOneWorkerEnds() throws Exception {
        Path file = ServedWorld.description(root, "three", 40, "workers: 3");
        StopAt stop = new StopAt(17);
        stop.experiment = experiment(file, "three", stop);
        assertThat(stop.experiment.run().stepsDone()).isBetween(17, 18);
        RunRecord three = experiment(file, "three", RunWatcher.NONE).run();
        assertThat(three.state()).isEqualTo(State.DONE);
        Path alone = ServedWorld.description(root, "alone", 40, "");
        RunRecord one = experiment(alone, "alone", RunWatcher.NONE).run();
        assertThat(three.lastLoss()).isCloseTo(one.lastLoss(), within(1e-3));
    }

    @Test
    void twoRunsInOneFolderAndAnotherDescriptionAreRefused() throws Exception {
        Path file = ServedWorld.description(root, "two", 20, "");
        Path folder = root.resolve("runs").resolve("two");
        try (FolderLock _ = FolderLock.hold(folder)) {
            assertThatThrownBy(() -> experiment(file, "two", RunWatcher.NONE).run())
                    .isInstanceOfSatisfying(
                            TrainingException.class, e -> assertThat(e.code()).isEqualTo(Code.BUSY))
                    .hasMessageContaining(folder.toString());
            assertThat(new RunFolder(folder).isHeld()).isTrue();
        }
        StopAt stop = new StopAt(3);
        stop.experiment = experiment(file, "two", stop);
        stop.experiment.run();
        Path other = ServedWorld.description(root, "two", 21, "");
        assertThatThrownBy(() -> experiment(other, "two", RunWatcher.NONE).run())
                .hasMessageContaining("another description");
        assertThat(RunFolder.list(root.resolve("runs")).stream().map(RunRecord::id))
                .contains("two");
    }

    @Test
    void dataThatChangesUnderARunEndsItWithItsName(@TempDir Path own) throws Exception {
        Path joined = ServedWorld.joined(own, 300);
        Path file = ServedWorld.description(own, "changed", 60, "");
        Path segment = joined.resolve("000000000000.arrow");
        RunFolder folder = new RunFolder(own.resolve("runs").resolve("changed"));
        RunWatcher swap =
                new RunWatcher() {
                    @Override
                    public void step(StepReport report, int wanted, int rows) {
                        if (report.step() == 10) {
                            replace(segment, own.resolve("other"));
                        }
                    }
                };
        Experiment experiment =
                new Experiment(read(file), folder, swap, InstantSource.system(), System::nanoTime);
        assertThatThrownBy(experiment::run)
                .isInstanceOfSatisfying(
                        TrainingException.class, e -> assertThat(e.code()).isEqualTo(Code.CORRUPT))
                .hasMessageContaining(joined.toString());
        RunRecord record = folder.require();
        assertThat(record.state()).isEqualTo(State.FAILED);
        assertThat(record.message()).contains(joined.toString());
        assertThat(record.bundle()).isEmpty();
        assertThat(folder.report()).exists();
    }

    private static void replace(Path segment, Path other) {
        try {
            Path made = ServedWorld.joined(Files.createDirectories(other), 301);
            Files.copy(
                    made.resolve(segment.getFileName()),
                    segment,
                    java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "task: multitask | task: fortune | task=fortune: must be one of [multitask,"
                        + " two-tower, sequence, factorisation]",
                "batch: 64 | batch: 0 | batch=0: must be 1 to",
                "batch: 64 | batch: 100000 | batch=100000: must be at most the 1920 rows",
                "steps: 20 | epochs: 0 | epochs=0: must be 1 to",
                "steps: 20 | note: x | steps=: give either steps or epochs",
                "hidden: [16] | hidden: [] | model.hidden=a list: must have 1 to 16 widths",
                "kind: click} | kind: likes} | kind=likes: the data has no column label.likes",
                "head: dwell, | head: click, | head=click: is there twice",
                "loss: squared | loss: cubic | loss=cubic: must be one of log, squared",
                "rate: 0.01 | rate: -1 | optimizer.rate=-1: must be",
                "train: joined | train: nowhere | no such folder",
                "train: joined | train: log/feedback | is being written",
                "click + 0.1 | clicks + 0.1 | surface 'home'",
                "clip: 10 | clap: 10 | optimizer.clap=10: is not a key here",
                "seed: 5 | sead: 5 | sead=5: is not a key here",
                "store: bundles | stor: bundles | bundle.store=: is missing",
            })
    void whatIsWrongInADescriptionIsRefusedBeforeAnythingStarts(
            String right, String wrong, String message) throws Exception {
        Path file = ServedWorld.description(root, "wrong", 20, "");
        String text = Files.readString(file);
        assertThat(text).contains(right);
        Files.writeString(file, text.replace(right, wrong));
        assertThatThrownBy(() -> read(file)).hasMessageContaining(message);
        assertThat(root.resolve("runs").resolve("wrong")).doesNotExist();
    }

    @Test
    void epochsSchedulesAndEarlyStopsAreRead() throws Exception {
        Path file =
                ServedWorld.description(
                        root,
                        "more",
                        20,
                        """
                        schedule: {decay: cosine, warm-up: 5, steps: 50}
                        early-stop: {metric: auc.click, patience: 1, least: 0.5}
                        """);
        Files.writeString(file, Files.readString(file).replace("steps: 20\n", "epochs: 4\n"));
        RunDescription description = read(file);
        assertThat(description.loop().steps()).isEqualTo(4 * (1_920 / 64));
        RunRecord record = experiment(file, "more", RunWatcher.NONE).run();
        assertThat(record.message()).isEqualTo("stopped_early");
        assertThat(record.stepsDone()).isEqualTo(40);
    }
}
