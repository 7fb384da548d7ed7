package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.training.log.LogOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Who was forgotten elsewhere is erased here, too.
final class ImpressionKeeperTest {
    private static final long NOW = 1_700_000_000_000L;
    private static final String ID = "018bcfe56800-00000000-0000000000000001";

    @TempDir private Path folder;

    @Test
    void aUserOfWhomAnotherGatewayWasToldIsErasedFromThisLog() {
        long later = NOW + 3_600_000;
        try (ImpressionLog log =
                ImpressionLog.open(folder, LogOptions.DEFAULT, () -> Instant.ofEpochMilli(later))) {
            LoggedPage page =
                    new LoggedPage(
                            ID, 7, "home", NOW, "", "", "", "click", List.of(), false, Map.of(),
                            List.of(), List.of());
            log.log(page, Scoring.NOTHING, List.of()).join();
            assertThat(log.page(ID)).isPresent();
            try (ImpressionKeeper keeper =
                    new ImpressionKeeper(
                            log, () -> Map.of(7L, NOW + 1, 8L, NOW), Duration.ofMillis(20))) {
                long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                while (log.page(ID).isPresent()) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                    LockSupport.parkNanos(1_000_000);
                }
                assertThat(keeper.failure()).isEmpty();
            }
        }
    }
}
