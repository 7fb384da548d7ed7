package dev.mobula.training.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class DayPacerTest {
    private static final int SAMPLE = 5_000;
    private static final int PEOPLE = 40_000;
    private static final int FEW = 6_000;
    private static final int LOOK_EVERY = 20;

    /// What a day earns, as a part of the most that any plan could, with a forecast off by a factor.
    private static double served(long seed, double factor) throws InterruptedException {
        return served(seed, factor, PEOPLE, part -> 24 * part);
    }

    /// @param hours the time by which a part of the people has come
    private static double served(long seed, double factor, int people, DoubleUnaryOperator hours)
            throws InterruptedException {
        int sampled = people * SAMPLE / PEOPLE;
        BudgetProblem all = NotificationInstance.of(sampled + people, 10, seed);
        double[] budget = all.budget().clone();
        Arrays.setAll(budget, row -> budget[row] * people / (sampled + people));
        BudgetProblem sample = all.ofPeople(0, sampled);
        BudgetProblem day = all.ofPeople(sampled, sampled + people).withBudget(budget);
        double[] forecast = new double[24];
        Arrays.setAll(forecast, hour -> people / 24.0 * factor);
        DayPacer pacer =
                new DayPacer(
                        sample,
                        budget,
                        forecast,
                        lastNight(sample, budget, people * factor),
                        SolverSettings.DEFAULT);
        double[] used = new double[day.rows()];
        double value =
                ServedPlan.serve(
                                day,
                                pacer::prices,
                                new SplittableRandom(seed),
                                (option, person) -> {
                                    pacer.opportunity();
                                    count(pacer, day, option, used);
                                    double now = hours.applyAsDouble((person + 1.0) / people);
                                    if (person % LOOK_EVERY == 0 && pacer.isDue(now)) {
                                        replan(pacer, now);
                                    }
                                })
                        .value();
        for (int row = 0; row < used.length; row++) {
            assertThat(used[row]).isLessThanOrEqualTo(budget[row] + 1e-9);
        }
        try (PriceSolver solver = PriceSolver.of(day, 2)) {
            return value / solver.solve(SolverSettings.DEFAULT).upperBound();
        }
    }

    /// The prices of the solver, which believes the forecast.
    private static double[] lastNight(BudgetProblem sample, double[] budget, double expected)
            throws InterruptedException {
        double[] scaled = budget.clone();
        Arrays.setAll(scaled, row -> budget[row] * sample.people() / expected);
        try (PriceSolver solver = PriceSolver.of(sample.withBudget(scaled), 2)) {
            return solver.solve(SolverSettings.DEFAULT).prices();
        }
    }

    private static void replan(DayPacer pacer, double hours) {
        try {
            pacer.replan(hours);
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    private static void count(DayPacer pacer, BudgetProblem day, int option, double[] used) {
        if (option >= 0) {
            for (int use = day.firstUse()[option]; use < day.firstUse()[option + 1]; use++) {
                pacer.use(day.row()[use], day.amount()[use]);
                used[day.row()[use]] += day.amount()[use];
            }
        }
    }

    @Test
    void aDayWhoseForecastIsOffByAThirdEarnsNearlyAllThatItCould() throws InterruptedException {
        assertThat(served(3, 0.7)).isGreaterThan(0.99);
    }

    @Test
    @Tag("long")
    void daysAreServedAlikeWhicheverWayTheForecastIsOff() throws InterruptedException {
        for (double factor : new double[] {1 / 1.3, 1, 1.3}) {
            assertThat(served(4, factor)).as("forecast x %s", factor).isGreaterThan(0.99);
        }
    }

    /// A forecast of ten times too much or too little, and half of the day's people within one hour.
    @Test
    void whateverTheForecastMissesCapsHoldAndLessThanAFifthIsLost() throws InterruptedException {
        assertThat(served(5, 0.1, FEW, part -> 24 * part))
                .as("ten times as many as forecast")
                .isGreaterThan(0.8);
        assertThat(served(5, 10, FEW, part -> 24 * part))
                .as("a tenth of the forecast")
                .isGreaterThan(0.8);
        assertThat(served(5, 1, FEW, DayPacerTest::rushAtNoon)).as("a rush").isGreaterThan(0.8);
    }

    /// A quarter of the people by noon, three quarters by one o'clock.
    private static double rushAtNoon(double part) {
        if (part < 0.25) {
            return 48 * part;
        }
        return part < 0.75 ? 12 + 2 * (part - 0.25) : 13 + 44 * (part - 0.75);
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
