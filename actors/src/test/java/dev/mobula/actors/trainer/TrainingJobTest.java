package dev.mobula.actors.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.trainer.TrainingSettings.WhenLost;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.checkpoint.FileEntry;
import dev.mobula.training.loop.Outcome;
import dev.mobula.training.loop.StepReport;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrainingJobTest {
    private static final int STEPS = 60;

    @TempDir Path root;

    private final InJvmCluster cluster = new InJvmCluster(Optional.empty());

    @AfterEach
    void close() {
        cluster.close();
    }

    private Outcome run(String name, TrainingSettings settings, JobListener listener)
            throws IOException {
        Path store = root.resolve(name);
        return new TrainingJob(
                        cluster, name, Tastes.blueprint(STEPS, 10, 2), settings, store, listener)
                .run();
    }

    private Checkpoint newest(String name) throws IOException {
        try (CheckpointStore store = CheckpointStore.open(root.resolve(name), 3)) {
            return store.latest().orElseThrow();
        }
    }

    private List<FileEntry> files(String name) throws IOException {
        assertThat(newest(name).manifest().step()).isEqualTo(STEPS);
        return newest(name).manifest().files();
    }

    /// Stops a service of the first attempt once the run has made some steps.
    private JobWatch killing(String service) {
        return new JobWatch(25, () -> cluster.stop(new ServiceRef(service, 1)));
    }

    @Test
    void trainersAndShardsTrainTogether() throws IOException {
        List<Integer> steps = new ArrayList<>();
        AtomicReference<Map<String, Double>> metrics = new AtomicReference<>(Map.of());
        JobListener listener =
                new JobListener() {
                    @Override
                    public void onStep(StepReport report) {
                        steps.add(report.step());
                    }

                    @Override
                    public void onEvaluation(int step, Map<String, Double> found) {
                        metrics.set(found);
                    }
                };
        Outcome outcome = run("together", TrainingSettings.of(2, 2), listener);
        assertThat(outcome.reason()).isEqualTo(Outcome.Reason.STEPS_DONE);
        assertThat(outcome.lastLoss()).isLessThan(0.6);
        assertThat(steps).hasSize(STEPS).isSorted();
        assertThat(metrics.get()).containsEntry("keys", 40.0);
        assertThat(cluster.services()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"trainer-1", "trainer-0", "shard-1"})
    void aLossEndsWithTheBitsOfARunWithoutOne(String victim) throws IOException {
        run("whole", TrainingSettings.of(2, 2), new JobListener() {});
        JobWatch watch = killing("lossy-1-" + victim);
        run("lossy", TrainingSettings.of(2, 2), watch);
        assertThat(watch.losses()).hasSize(1);
        assertThat(files("lossy")).isEqualTo(files("whole"));
    }

    @Test
    void aRunGoesOnWithOneWorkerLess() throws IOException {
        JobWatch watch = killing("shrinking-1-trainer-1");
        run("shrinking", TrainingSettings.of(2, 1).when(WhenLost.SHRINK), watch);
        assertThat(watch.losses()).hasSize(1);
        assertThat(newest("shrinking").manifest().workers()).isEqualTo(1);
        assertThat(newest("shrinking").manifest().step()).isEqualTo(STEPS);
    }

    @Test
    void aRunWhoseFolderIsInUseSaysSo() throws IOException {
        TrainingSettings once =
                new TrainingSettings(
                        1,
                        1,
                        Map.of(),
                        Map.of(),
                        List.of(),
                        WhenLost.WAIT,
                        1,
                        1,
                        Duration.ofSeconds(60));
        try (CheckpointStore taken = CheckpointStore.open(root.resolve("taken"), 1)) {
            assertThatThrownBy(() -> run("taken", once, new JobListener() {}))
                    .isInstanceOf(CallException.class)
                    .hasMessageContaining("another run is writing here");
            assertThat(taken.latest()).isEmpty();
        }
        assertThat(cluster.services()).isEmpty();
    }
}
