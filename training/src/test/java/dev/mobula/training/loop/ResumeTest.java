package dev.mobula.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.training.TrainingException;
import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.checkpoint.FileEntry;
import dev.mobula.training.table.Tables;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ResumeTest {
    private static final int STEPS = 60;

    @TempDir Path root;

    private static Checkpoint newest(Path folder) throws IOException {
        try (CheckpointStore store = CheckpointStore.open(folder, 2)) {
            return store.latest().orElseThrow();
        }
    }

    private static List<FileEntry> files(Path folder) throws IOException {
        Checkpoint newest = newest(folder);
        assertThat(newest.manifest().step()).isEqualTo(STEPS);
        return newest.manifest().files();
    }

    private List<FileEntry> never() throws IOException {
        Path folder = root.resolve("never");
        RunProgram.run(folder, RunProgram.settings(STEPS), RunListener.NONE);
        return files(folder);
    }

    @Test
    void aRunInPartsEndsWithTheBitsOfOneInOne() throws IOException {
        Path folder = root.resolve("parts");
        for (int steps : new int[] {1, 2, 17, STEPS}) {
            RunProgram.run(folder, RunProgram.settings(steps), RunListener.NONE);
        }
        assertThat(files(folder)).isEqualTo(never());
    }

    @Test
    void aRunThatIsKilledEndsWithTheBitsOfOneThatIsNot() throws Exception {
        killAndCompare(2, 5);
    }

    @Test
    @Tag("long")
    void aRunThatIsKilledTwentyTimesEndsWithTheSameBits() throws Exception {
        killAndCompare(20, 1);
    }

    /// Kills at a random moment after a random step, or as soon as a checkpoint is half written.
    private void killAndCompare(int kills, int checkpointSteps) throws Exception {
        Path folder = root.resolve("killed");
        SplittableRandom random = new SplittableRandom(kills);
        for (int kill = 0; kill < kills; kill++) {
            Process child = start(folder, checkpointSteps);
            int steps = 1 + random.nextInt(STEPS / kills);
            if (kill % 2 == 0) {
                awaitSteps(child, steps);
            } else {
                awaitHalf(child, folder);
            }
            child.destroyForcibly().waitFor();
        }
        Process last = start(folder, checkpointSteps);
        awaitSteps(last, Integer.MAX_VALUE);
        assertThat(last.waitFor()).isZero();
        assertThat(files(folder)).isEqualTo(never());
    }

    private static Process start(Path folder, int checkpointSteps) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElseThrow());
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> !argument.startsWith("-Xmx"))
                .forEach(command::add);
        command.add("-Xmx512m");
        command.add("-cp");
        command.add(System.getProperty("java.class.path"));
        command.add(RunProgram.class.getName());
        command.addAll(
                List.of(
                        folder.toString(),
                        Integer.toString(STEPS),
                        Integer.toString(checkpointSteps)));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    }

    private static void awaitSteps(Process child, int steps) throws IOException {
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
        int seen = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            seen += line.startsWith("step ") ? 1 : 0;
            if (seen >= steps) {
                return;
            }
        }
    }

    private static void awaitHalf(Process child, Path folder) throws IOException {
        while (child.isAlive()) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> entries = Files.list(folder)) {
                    if (entries.anyMatch(path -> path.toString().endsWith(".half"))) {
                        return;
                    }
                }
            }
            Thread.onSpinWait();
        }
    }

    @Test
    void aTornCheckpointIsPassedOver() throws IOException {
        Path folder = root.resolve("torn");
        RunProgram.run(folder, RunProgram.settings(STEPS).savingEvery(50), RunListener.NONE);
        Path last = newest(folder).folder();
        Path dense = last.resolve("dense.safetensors");
        byte[] bytes = Files.readAllBytes(dense);
        bytes[bytes.length - 1] ^= 1;
        Files.write(dense, bytes);
        assertThat(newest(folder).manifest().step()).isEqualTo(50);
        Files.write(dense, new byte[3], StandardOpenOption.TRUNCATE_EXISTING);
        assertThat(newest(folder).manifest().step()).isEqualTo(50);
        RunProgram.run(folder, RunProgram.settings(STEPS), RunListener.NONE);
        assertThat(files(folder)).isEqualTo(never());
    }

    @Test
    void aSecondRunInTheSameFolderIsRefused() throws IOException {
        Path folder = root.resolve("shared");
        try (CheckpointStore store = CheckpointStore.open(folder, 1)) {
            assertThatThrownBy(
                            () -> RunProgram.run(folder, RunProgram.settings(1), RunListener.NONE))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("another run")
                    .hasMessageContaining(folder.toString());
            assertThat(store.latest()).isEmpty();
        }
    }

    @Test
    void aRunOfAnotherSeedIsNotResumed() throws IOException {
        Path folder = root.resolve("seed");
        RunProgram.run(folder, RunProgram.settings(3), RunListener.NONE);
        LoopSettings other = LoopSettings.of(12, 5, RunProgram.settings(5).dense());
        assertThatThrownBy(() -> RunProgram.run(folder, other, RunListener.NONE))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("data is 'clicks-11', this run's is 'clicks-12'");
    }

    @Test
    void aFullDiskCostsCheckpointsAndThenStopsTheRun() throws IOException {
        Path folder = root.resolve("full");
        List<String> failures = new ArrayList<>();
        RunListener listener =
                new RunListener() {
                    @Override
                    public void onCheckpointFailed(int step, String message) {
                        failures.add(message);
                    }
                };
        LoopSettings settings = RunProgram.settings(STEPS).savingEvery(2);
        try (Tables tables = new FullAfter(RunProgram.tables(settings.seed()), 1)) {
            assertThatThrownBy(() -> RunProgram.run(folder, settings, tables, listener))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("No space left on device; the run stops");
        }
        assertThat(failures)
                .containsExactly(
                        "checkpoint of step 4: No space left on device",
                        "checkpoint of step 6: No space left on device",
                        "checkpoint of step 8: No space left on device");
        assertThat(newest(folder).manifest().step()).isEqualTo(2);
        assertThat(folder).isDirectoryNotContaining("glob:**.half");
    }
}
