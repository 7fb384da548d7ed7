package dev.mobula.training.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.training.optimize.EarlyStop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckpointStoreTest {
    @TempDir private Path folder;

    @Test
    void aRunGoesBackToTheNewestUpToAStepAndTheNewerAreGone() throws IOException {
        try (CheckpointStore store = CheckpointStore.open(folder, 5)) {
            commit(store, 10, 20, 30, 40);
            assertThat(step(store.backTo(25))).isEqualTo(20);
            assertThat(step(store.latest())).isEqualTo(20);
            assertThat(step(store.backTo(Integer.MAX_VALUE))).isEqualTo(20);
        }
    }

    @Test
    void whereNoneIsUpToTheStepTheRunBeginsAnewUnlessOlderOnesWereRemoved() throws IOException {
        try (CheckpointStore store = CheckpointStore.open(folder, 3)) {
            assertThat(store.backTo(5)).isEmpty();
            commit(store, 10, 20);
            assertThat(store.backTo(5)).isEmpty();
            assertThat(store.latest()).isEmpty();
            commit(store, 10, 20, 30, 40);
            assertThat(step(store.backTo(15))).isEqualTo(40);
            assertThat(step(store.latest())).isEqualTo(40);
        }
    }

    private static int step(Optional<Checkpoint> checkpoint) {
        return checkpoint.orElseThrow().manifest().step();
    }

    private static void commit(CheckpointStore store, int... steps) throws IOException {
        for (int step : steps) {
            Manifest manifest =
                    new Manifest(
                            Manifest.VERSION,
                            step,
                            1,
                            1,
                            1,
                            "kernel",
                            "code",
                            "data",
                            "cursor",
                            new EarlyStop.Progress(0, 0, 0),
                            Map.of(),
                            List.of());
            store.commit(store.begin(step), manifest);
        }
    }
}
