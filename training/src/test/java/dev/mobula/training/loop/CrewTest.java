package dev.mobula.training.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.training.checkpoint.Checkpoint;
import dev.mobula.training.checkpoint.CheckpointStore;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.collective.Rings;
import dev.mobula.training.collective.SharedMemory;
import dev.mobula.training.optimize.DenseSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CrewTest {
    private static final int STEPS = 80;

    @TempDir Path root;

    private static LoopSettings settings(int steps) {
        return LoopSettings.of(11, steps, DenseSettings.adam(0.01));
    }

    private static List<Collective> threads(int size) {
        return SharedMemory.group(size, Crew.PATIENCE);
    }

    private static Checkpoint newest(Path folder) throws IOException {
        try (CheckpointStore store = CheckpointStore.open(folder, 2)) {
            return store.latest().orElseThrow();
        }
    }

    @ParameterizedTest
    @CsvSource({"1,2", "2,1", "2,3", "4,2"})
    void anyNumberOfWorkersReachesTheSameLoss(int workers, int shards) throws Exception {
        double alone =
                RunProgram.run(root.resolve("alone"), settings(STEPS), RunListener.NONE).lastLoss();
        List<Outcome> outcomes =
                Crew.run(root.resolve("crew"), settings(STEPS), threads(workers), shards);
        assertThat(outcomes).hasSize(workers).allMatch(outcome -> outcome.steps() == STEPS);
        for (Outcome outcome : outcomes) {
            assertThat(outcome.lastLoss()).isCloseTo(alone, within(1e-3));
        }
    }

    @Test
    void aCrewInPartsEndsWithTheBitsOfOneInOne() throws Exception {
        for (int steps : new int[] {7, 30, STEPS}) {
            Crew.run(root.resolve("parts"), settings(steps), threads(2), 2);
        }
        Crew.run(root.resolve("one"), settings(STEPS), threads(2), 2);
        assertThat(newest(root.resolve("parts")).manifest().files())
                .isEqualTo(newest(root.resolve("one")).manifest().files());
    }

    @Test
    void connectionsGiveTheBitsOfSharedMemoryWithTwoWorkers() throws Exception {
        Crew.run(root.resolve("memory"), settings(STEPS), threads(2), 1);
        Crew.run(root.resolve("ring"), settings(STEPS), Rings.of(2), 1);
        assertThat(newest(root.resolve("ring")).manifest().files())
                .isEqualTo(newest(root.resolve("memory")).manifest().files());
    }

    @Test
    void aRunGoesOnWithFewerWorkersAndShards() throws Exception {
        Path folder = root.resolve("fewer");
        Crew.run(folder, settings(40), threads(3), 3);
        List<Outcome> outcomes = Crew.run(folder, settings(STEPS), threads(2), 2);
        double alone =
                RunProgram.run(root.resolve("alone"), settings(STEPS), RunListener.NONE).lastLoss();
        assertThat(outcomes.getFirst().lastLoss()).isCloseTo(alone, within(1e-3));
        assertThat(newest(folder).manifest().workers()).isEqualTo(2);
    }
}
