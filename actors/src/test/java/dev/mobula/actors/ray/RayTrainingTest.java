package dev.mobula.actors.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.InJvmCluster;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceStatus;
import dev.mobula.actors.trainer.Blueprint;
import dev.mobula.actors.trainer.ClusterCrew;
import dev.mobula.actors.trainer.DescribedRun;
import dev.mobula.actors.trainer.JobListener;
import dev.mobula.actors.trainer.JobWatch;
import dev.mobula.actors.trainer.Tastes;
import dev.mobula.actors.trainer.TrainingJob;
import dev.mobula.actors.trainer.TrainingSettings;
import dev.mobula.actors.trainer.TrainingSettings.WhenLost;
import dev.mobula.training.TrainingException;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.checkpoint.FileEntry;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.run.Crew;
import dev.mobula.training.run.RunRecord;
import dev.mobula.training.run.RunWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("ray")
@ExtendWith(RayTestCluster.Extension.class)
final class RayTrainingTest {
    private static final int STEPS = 60;
    private static final String LOST_NODE = "node-3";

    /// Long enough that the run is not over before its loss is noticed.
    private static final int PROCESS_STEP_MILLIS = 50;

    private static final int NODE_STEP_MILLIS = 500;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final RayTestCluster ray;

    @TempDir Path root;

    RayTrainingTest(RayTestCluster ray) {
        this.ray = ray;
    }

    private List<FileEntry> train(
            Cluster cluster,
            String name,
            int stepMillis,
            TrainingSettings settings,
            JobListener listener)
            throws IOException {
        Path folder = root.resolve(name);
        Blueprint blueprint = Tastes.blueprint(STEPS, 10, stepMillis);
        new TrainingJob(cluster, name, blueprint, settings, folder, listener).run();
        try (CheckpointStore store = CheckpointStore.open(folder, 3)) {
            return store.latest().orElseThrow().manifest().files();
        }
    }

    private List<FileEntry> never(TrainingSettings settings) throws IOException {
        try (InJvmCluster cluster = new InJvmCluster(Optional.empty())) {
            return train(cluster, "never", 0, settings, new JobListener() {});
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"trainer-1", "shard-0"})
    void aKilledProcessCostsNoBit(String victim) throws IOException {
        TrainingSettings settings = TrainingSettings.of(2, 1);
        String name = "train-" + victim;
        JobWatch watch =
                new JobWatch(
                        25,
                        () -> {
                            ServiceRef ref = new ServiceRef(name + "-1-" + victim, 1);
                            long pid = ray.services().processOf(ref);
                            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                        });
        List<FileEntry> files = train(ray.services(), name, PROCESS_STEP_MILLIS, settings, watch);
        assertThat(watch.losses()).hasSize(1);
        assertThat(files).isEqualTo(never(settings));
    }

    @Test
    void aDescribedRunWhoseTrainerIsKilledPublishesWhatThreadsPublish() throws IOException {
        DescribedRun run = new DescribedRun(root);
        Path file = run.write("described", 400);
        RunRecord threads = run.run(file, "threads", Optional.empty(), RunWatcher.NONE);
        List<String> warnings = new ArrayList<>();
        RunWatcher killer =
                new RunWatcher() {
                    private boolean done;

                    @Override
                    public void step(StepReport report, int wanted, int rows) {
                        if (!done) {
                            done = true;
                            ServiceRef ref = new ServiceRef("described-1-trainer-1", 1);
                            long pid = ray.services().processOf(ref);
                            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
                        }
                    }

                    @Override
                    public void warned(String message) {
                        warnings.add(message);
                    }
                };
        Crew crew = new ClusterCrew(ray.services(), "described", TrainingSettings.of(2, 1));
        RunRecord services = run.run(file, "services", Optional.of(crew), killer);
        assertThat(services.state()).isEqualTo(RunRecord.State.DONE);
        assertThat(run.weights(services)).isEqualTo(run.weights(threads));
        assertThat(warnings).hasSizeLessThanOrEqualTo(1);
    }

    /// The disk refuses what is longer than this from then on, for that process alone.
    private static final int FILE_BYTES_MAX = 400;

    private void fillDiskOf(String service) {
        long pid = ray.services().processOf(new ServiceRef(service, 1));
        try {
            Process limiting =
                    new ProcessBuilder(
                                    "prlimit", "--pid", "" + pid, "--fsize=" + FILE_BYTES_MAX + ":")
                            .inheritIO()
                            .start();
            assertThat(limiting.waitFor()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aDiskThatTakesNoMoreStopsTheRunWithTheReasonAndCostsNoBit() throws IOException {
        TrainingSettings settings = TrainingSettings.of(2, 1);
        JobWatch watch = new JobWatch(12, () -> fillDiskOf("train-full-1-trainer-0"));
        assertThatThrownBy(
                        () ->
                                train(
                                        ray.services(),
                                        "train-full",
                                        PROCESS_STEP_MILLIS,
                                        settings,
                                        watch))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("File too large")
                .hasMessageContaining("the run stops");
        assertThat(watch.losses()).isEmpty();
        assertThat(root.resolve("train-full")).isDirectoryNotContaining("glob:**.half");
        List<FileEntry> files =
                train(ray.services(), "train-full", 0, settings, new JobListener() {});
        assertThat(files).isEqualTo(never(settings));
    }

    @Test
    void aTornCheckpointIsPassedOverAndCostsNoBit() throws IOException {
        TrainingSettings settings = TrainingSettings.of(2, 1);
        train(ray.services(), "train-torn", 0, settings, new JobListener() {});
        try (CheckpointStore store = CheckpointStore.open(root.resolve("train-torn"), 3)) {
            Path dense = store.latest().orElseThrow().folder().resolve("dense.safetensors");
            byte[] bytes = Files.readAllBytes(dense);
            Files.write(dense, Arrays.copyOf(bytes, bytes.length / 2));
            assertThat(store.latest().orElseThrow().manifest().step()).isLessThan(STEPS);
        }
        List<FileEntry> files =
                train(ray.services(), "train-torn", 0, settings, new JobListener() {});
        assertThat(files).isEqualTo(never(settings));
    }

    @Test
    void aSecondRunInTheFolderOfOneIsRefusedAndCostsNoBit() throws IOException {
        TrainingSettings settings = TrainingSettings.of(2, 1);
        List<String> refused = new ArrayList<>();
        TrainingSettings once =
                new TrainingSettings(
                        1, 1, Map.of(), Map.of(), List.of(), WhenLost.WAIT, 1, 1, PATIENCE);
        JobWatch watch =
                new JobWatch(
                        12,
                        () -> {
                            try {
                                second("train-shared", once).run();
                            } catch (CallException e) {
                                refused.add(String.valueOf(e.getMessage()));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        });
        List<FileEntry> files =
                train(ray.services(), "train-shared", PROCESS_STEP_MILLIS, settings, watch);
        assertThat(refused).singleElement().asString().contains("another run is writing here");
        assertThat(watch.losses()).isEmpty();
        assertThat(files).isEqualTo(never(settings));
    }

    private TrainingJob second(String folder, TrainingSettings settings) {
        return new TrainingJob(
                ray.services(),
                folder + "-second",
                Tastes.blueprint(STEPS, 10, 0),
                settings,
                root.resolve(folder),
                new JobListener() {});
    }

    @Test
    void dataThatChangesUnderARunEndsItAndNothingIsPublished() throws IOException {
        DescribedRun run = new DescribedRun(root);
        Path file = run.write("changed", 400);
        RunWatcher changer =
                new RunWatcher() {
                    private boolean done;

                    @Override
                    public void step(StepReport report, int wanted, int rows) {
                        if (!done) {
                            done = true;
                            run.changeData();
                        }
                    }
                };
        Crew crew = new ClusterCrew(ray.services(), "changed", TrainingSettings.of(2, 1));
        assertThatThrownBy(() -> run.run(file, "changed", Optional.of(crew), changer))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("events.txt");
        assertThat(run.folder("changed").require().state()).isEqualTo(RunRecord.State.FAILED);
        assertThat(run.hasPublished()).isFalse();
    }

    @Test
    void aLostNodeCostsNoBit() throws IOException {
        TrainingSettings settings =
                TrainingSettings.of(2, 1)
                        .reserving(Map.of("CPU", 0.1, "roaming", 0.4), Map.of("CPU", 0.1));
        AtomicReference<String> lost = new AtomicReference<>(LOST_NODE);
        JobWatch watch =
                new JobWatch(
                        25,
                        () -> {
                            lost.set(nodeOf("train-node-1-trainer-1"));
                            ray.nodes().node(lost.get()).killRaylet();
                        });
        try {
            List<FileEntry> files =
                    train(ray.services(), "train-node", NODE_STEP_MILLIS, settings, watch);
            assertThat(watch.losses()).isNotEmpty();
            assertThat(files).isEqualTo(never(TrainingSettings.of(2, 1)));
        } finally {
            ray.nodes().restart(lost.get());
        }
    }

    private String nodeOf(String service) {
        return ray.services().services().stream()
                .filter(status -> status.name().equals(service))
                .map(ServiceStatus::node)
                .findFirst()
                .orElseThrow();
    }
}
