package dev.mobula.training.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class DayPacerTest {
    private static final int PEOPLE = 40_000;
    private static final int FEW = 6_000;

    /// What a day earns, as a part of the most that any plan could; no budget is ever overspent.
    private static double served(long seed, double forecast, int people, DoubleUnaryOperator hours)
            throws InterruptedException {
        PacedDay day = PacedDay.run(people, forecast, hours, seed);
        assertThat(day.fullest()).isBetween(0.5, 1 + 1e-9);
        assertThat(day.value()).as("more than first come").isGreaterThan(day.firstCome());
        return day.served();
    }

    @Test
    void aDayWhoseForecastIsOffByAThirdEarnsNearlyAllThatItCould() throws InterruptedException {
        assertThat(served(3, 0.7, PEOPLE, PacedDay.EVENLY)).isGreaterThan(0.99);
    }

    @Test
    @Tag("long")
    void daysAreServedAlikeWhicheverWayTheForecastIsOff() throws InterruptedException {
        for (double factor : new double[] {1 / 1.3, 1, 1.3}) {
            assertThat(served(4, factor, PEOPLE, PacedDay.EVENLY))
                    .as("forecast x %s", factor)
                    .isGreaterThan(0.99);
        }
    }

    /// A forecast of ten times too much or too little, and half of the day's people within one hour.
    @Test
    void whateverTheForecastMissesCapsHoldAndLessThanAFifthIsLost() throws InterruptedException {
        assertThat(served(5, 0.1, FEW, PacedDay.EVENLY))
                .as("ten times as many as forecast")
                .isGreaterThan(0.8);
        assertThat(served(5, 10, FEW, PacedDay.EVENLY))
                .as("a tenth of the forecast")
                .isGreaterThan(0.8);
        assertThat(served(5, 1, FEW, PacedDay.RUSH_AT_NOON)).as("a rush").isGreaterThan(0.8);
    }

    @Test
    void whatIsToComeFollowsTheDayMoreThanItsForecast() {
        BudgetProblem sample = NotificationInstance.of(10, 2, 1);
        double[] forecast = new double[24];
        Arrays.fill(forecast, 1_000);
        DayPacer pacer =
                new DayPacer(
                        sample,
                        sample.budget(),
                        forecast,
                        new double[sample.rows()],
                        SolverSettings.DEFAULT);
        assertThat(pacer.coming(0)).isCloseTo(24_000, within(1e-6));
        for (int i = 0; i < 6_000; i++) {
            pacer.opportunity();
        }
        assertThat(pacer.coming(12)).isCloseTo(6_000, within(100.0));
        assertThat(pacer.coming(24)).isZero();
    }
}
