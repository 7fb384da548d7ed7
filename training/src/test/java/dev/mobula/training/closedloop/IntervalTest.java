package dev.mobula.training.closedloop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.training.TrainingException;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class IntervalTest {
    @Test
    void fewValuesGiveStudentsInterval() {
        Interval interval = Interval.of(1, 2, 3, 4);
        assertThat(interval.mean()).isCloseTo(2.5, within(1e-12));
        assertThat(interval.halfWidth()).isCloseTo(2.054, within(1e-3));
        assertThat(Interval.of(7).lower()).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThatThrownBy(Interval::of).isInstanceOf(TrainingException.class);
    }

    @Test
    void theTruthIsInsideNinetyFiveTimesOfAHundred() {
        SplittableRandom random = new SplittableRandom(3);
        int inside = 0;
        int rounds = 4_000;
        for (int i = 0; i < rounds; i++) {
            double[] values = new double[4];
            for (int j = 0; j < values.length; j++) {
                values[j] = 5 + random.nextGaussian();
            }
            Interval interval = Interval.of(values);
            inside += interval.lower() <= 5 && 5 <= interval.upper() ? 1 : 0;
        }
        assertThat((double) inside / rounds).isBetween(.935, .965);
    }
}
