package dev.mobula.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The same as [EngineCrashTest] for an engine on three nodes of Ray: every process of every node is killed at once.
@Tag("ray")
final class RayEngineCrashTest {
    private static final long SEED = 7;
    private static final int LINES = 400;

    @TempDir private Path folder;

    @Test
    void whatWasAcknowledgedBeforeAllNodesWereKilledIsThereOnce() throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        Acknowledged acknowledged = new Acknowledged();
        for (int round = 0; round < 2; round++) {
            int lines = LINES + random.nextInt(LINES);
            EngineProcess.runAndKill(folder, random.nextLong(), round, lines, true, acknowledged);
        }
        assertThat(acknowledged.hasAll()).isTrue();
        Path said = Files.write(folder.resolve("acknowledged"), acknowledged.lines());
        Path log = folder.resolve("look.log");
        Process look =
                EngineProcess.start(
                        EngineLook.class, List.of(folder.toString(), said.toString()), log);
        String told = new String(look.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(look.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(told).as("%s", Files.readString(log)).contains(EngineLook.ALL_THERE);
    }
}
