package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.nodes.JvmFlags;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.run.MetricsLog;
import dev.mobula.training.run.RunFolder;
import dev.mobula.training.run.RunRecord;
import dev.mobula.training.run.RunRecord.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `train` killed by SIGKILL, wherever it is, ends with the bits of one that was not.
@Tag("long")
final class TrainKillTest {
    private static final int STEPS = 3_000;
    private static final int KILLS = 2;

    @TempDir private Path root;

    private Path describe() throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        StringBuilder lines = new StringBuilder();
        for (int person = 0; person < 500; person++) {
            lines.append('p').append(person);
            int at = random.nextInt(80);
            for (int event = 0; event < 6; event++) {
                lines.append(" i").append(at);
                at = (at + 1 + random.nextInt(3)) % 80;
            }
            lines.append('\n');
        }
        Files.writeString(root.resolve("events.txt"), lines);
        return Files.writeString(
                root.resolve("towers.yaml"),
                """
                name: towers
                task: two-tower
                batch: 128
                workers: 2
                engine: vector
                steps: %d
                data: {sequences: events.txt}
                model: {width: 16, dimension: 16, hidden: [32], events: 4}
                optimizer: {rate: 0.001, table-rate: 0.01}
                checkpoint: {every: 200}
                bundle: {name: towers, store: bundles}
                """
                        .formatted(STEPS));
    }

    private Process train(Path file, String id) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JvmFlags.all());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.add(Mobula.class.getName());
        command.addAll(List.of("train", file.toString(), "--id", id));
        command.addAll(List.of("--runs", root.resolve("runs").toString()));
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private RunRecord ended(Path file, String id) throws Exception {
        Process process = train(file, id);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).as("it ended").isTrue();
        assertThat(process.exitValue()).isZero();
        return new RunFolder(root.resolve("runs").resolve(id)).require();
    }

    private String weights(RunRecord record) {
        BundleStore store =
                BundleStore.open(root.resolve("bundles"), 1L << 30, InstantSource.system());
        Bundle bundle = store.load(record.bundle(), (done, total) -> {});
        return DurableFile.sha256(
                bundle.path(Role.ENCODER, "two-tower").resolve("weights.safetensors"));
    }

    private int stepsOf(String id) {
        List<MetricsLog.Entry> entries = MetricsLog.read(root.resolve("runs").resolve(id));
        return entries.isEmpty() ? 0 : entries.getLast().step();
    }

    @Test
    void aKilledTrainCommandGoesOnToTheSameBits() throws Exception {
        Path file = describe();
        RunRecord whole = ended(file, "whole");
        for (int kill = 1; kill <= KILLS; kill++) {
            int wanted = kill * STEPS / (KILLS + 1);
            Process process = train(file, "killed");
            while (process.isAlive() && stepsOf("killed") < wanted) {
                assertThat(process.waitFor(5, TimeUnit.MILLISECONDS)).isFalse();
            }
            process.destroyForcibly().waitFor();
            RunFolder folder = new RunFolder(root.resolve("runs").resolve("killed"));
            assertThat(folder.require().state()).isEqualTo(State.RUNNING);
            assertThat(folder.isHeld()).isFalse();
        }
        RunRecord resumed = ended(file, "killed");
        assertThat(resumed.state()).isEqualTo(State.DONE);
        assertThat(weights(resumed)).isEqualTo(weights(whole));
        assertThat(resumed.metrics()).isEqualTo(whole.metrics());
        assertThat(
                        MetricsLog.read(root.resolve("runs").resolve("killed")).stream()
                                .map(MetricsLog.Entry::step))
                .isSorted()
                .doesNotHaveDuplicates()
                .hasSize(STEPS);
    }
}
