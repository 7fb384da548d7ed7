package dev.mobula.actors.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;

final class LoadTest {
    private static final long TARGET = 1_000_000;

    /// Serves requests one after the other, each as long as the factor makes it.
    private static void serve(Load load, int requests, DoubleUnaryOperator nanos) {
        for (int i = 0; i < requests; i++) {
            load.enter();
            load.leave((long) nanos.applyAsDouble(load.factor()));
        }
    }

    @Test
    void workShrinksUntilTheTargetHoldsAndNotMuchFurtherAndComesBackWhenItIsEasy() {
        Load load = new Load(64, TARGET);
        serve(load, 64 * 20, factor -> 3 * TARGET * factor);
        assertThat(load.factor()).isBetween(.2, .34);
        assertThat(load.p95Nanos()).isLessThanOrEqualTo((long) (1.2 * TARGET));
        assertThat(load.inFlightMax()).isEqualTo(64);
        serve(load, 64 * 30, factor -> TARGET / 10.0);
        assertThat(load.factor()).isEqualTo(1);
    }

    @Test
    void onlyWhenLessWorkDoesNotHelpFewerAreTakenOnAndMoreAgainAfterwards() {
        Load load = new Load(64, TARGET);
        serve(load, 64 * 12, factor -> 5 * TARGET);
        assertThat(load.factor()).isEqualTo(Load.FACTOR_MIN);
        assertThat(load.inFlightMax()).isBetween(2, 40);
        serve(load, 64 * 100, factor -> TARGET / 10.0);
        assertThat(load.inFlightMax()).isEqualTo(64);
        assertThat(load.factor()).isEqualTo(1);
    }

    @Test
    void oneTooManyIsRefusedAndTheNextIsTakenOnWhenOneHasLeft() {
        Load load = new Load(2, TARGET);
        load.enter();
        load.enter();
        assertThatThrownBy(load::enter)
                .isInstanceOfSatisfying(
                        CallException.class,
                        refused -> assertThat(refused.failure()).isEqualTo(Failure.OVERLOADED))
                .hasMessageContaining("in flight=2");
        assertThat(load.refused()).isEqualTo(1);
        load.leave(1);
        load.enter();
        assertThat(load.inFlight()).isEqualTo(2);
    }
}
