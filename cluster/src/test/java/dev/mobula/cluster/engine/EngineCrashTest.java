package dev.mobula.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.actors.runtime.InJvmCluster;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every service of an engine is killed at once while items, events, edges and bundles are written; whatever was
/// acknowledged is there afterwards, once.
final class EngineCrashTest {
    private static final long SEED = 20_24;

    @TempDir private Path folder;

    private final Acknowledged acknowledged = new Acknowledged();

    @Test
    void whatWasAcknowledgedBeforeEverythingWasKilledIsThereOnce() throws Exception {
        killAndLook(2, 400);
    }

    @Test
    @Tag("long")
    void soItIsAfterManyKills() throws Exception {
        killAndLook(8, 4_000);
    }

    private void killAndLook(int rounds, int linesMax) throws Exception {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < rounds; round++) {
            int lines = 100 + random.nextInt(linesMax);
            EngineProcess.runAndKill(folder, random.nextLong(), round, lines, false, acknowledged);
            look();
        }
        assertThat(acknowledged.hasAll()).isTrue();
    }

    /// Starts the engine on what the killed one left.
    private void look() {
        try (InJvmCluster cluster = new InJvmCluster(Optional.of(EngineUnderWrites.state(folder)));
                Engine engine = EngineUnderWrites.start(cluster, folder)) {
            acknowledged.look(engine, EngineUnderWrites.bundles(folder));
        }
    }
}
