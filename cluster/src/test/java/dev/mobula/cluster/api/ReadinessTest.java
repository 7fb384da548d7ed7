package dev.mobula.cluster.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class ReadinessTest {
    @Test
    void everyPartThatCannotWorkIsNamedWithItsReasonAndNoOther() {
        Readiness readiness =
                new Readiness()
                        .with("items", Optional::empty)
                        .with("trainer", () -> Optional.of("stopped: disk full"))
                        .with(
                                "users",
                                () -> {
                                    throw new IllegalStateException("users-0 is away");
                                });
        List<Readiness.Trouble> troubles = readiness.troubles();
        assertThat(troubles)
                .extracting(Readiness.Trouble::part)
                .containsExactly("trainer", "users");
        assertThat(troubles.get(0).reason()).isEqualTo("stopped: disk full");
        assertThat(troubles.get(1).reason()).contains("users-0 is away");
    }

    @Test
    void aPartThatDoesNotAnswerIsInTroubleAndHoldsNoOtherUp() {
        CountDownLatch never = new CountDownLatch(1);
        Readiness readiness = new Readiness().with("quick", Optional::empty);
        for (int i = 0; i < 20; i++) {
            readiness.with("stuck-" + i, () -> waitFor(never));
        }
        assertThat(readiness.troubles())
                .hasSize(20)
                .allMatch(trouble -> trouble.reason().contains("no answer within 1000 ms"));
        never.countDown();
    }

    private static Optional<String> waitFor(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }
}
