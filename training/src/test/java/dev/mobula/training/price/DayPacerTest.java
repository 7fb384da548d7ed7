package dev.mobula.training.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class DayPacerTest {
    private static final int SAMPLE = 5_000;
    private static final int PEOPLE = 40_000;
    private static final int LOOK_EVERY = 20;

    /// What a day earns, as a part of the most that any plan could, with a forecast off by a factor.
    private static double served(long seed, double factor) throws InterruptedException {
        BudgetProblem all = NotificationInstance.of(SAMPLE + PEOPLE, 10, seed);
        double[] budget = all.budget().clone();
        Arrays.setAll(budget, row -> budget[row] * PEOPLE / (SAMPLE + PEOPLE));
        BudgetProblem sample = all.ofPeople(0, SAMPLE);
        BudgetProblem day = all.ofPeople(SAMPLE, SAMPLE + PEOPLE).withBudget(budget);
        double[] forecast = new double[24];
        Arrays.setAll(forecast, hour -> PEOPLE / 24.0 * factor);
        DayPacer pacer =
                new DayPacer(
                        sample,
                        budget,
                        forecast,
                        lastNight(sample, budget, factor),
                        SolverSettings.DEFAULT);
        double value =
                ServedPlan.serve(
                                day,
                                pacer::prices,
                                new SplittableRandom(seed),
                                (option, person) -> {
                                    pacer.opportunity();
                                    count(pacer, day, option);
                                    double hours = 24.0 * (person + 1) / PEOPLE;
                                    if (person % LOOK_EVERY == 0 && pacer.isDue(hours)) {
                                        replan(pacer, hours);
                                    }
                                })
                        .value();
        try (PriceSolver solver = PriceSolver.of(day, 2)) {
            return value / solver.solve(SolverSettings.DEFAULT).upperBound();
        }
    }

    /// The prices of the solver, which believes the forecast.
    private static double[] lastNight(BudgetProblem sample, double[] budget, double factor)
            throws InterruptedException {
        double[] scaled = budget.clone();
        Arrays.setAll(scaled, row -> budget[row] * SAMPLE / (PEOPLE * factor));
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

    private static void count(DayPacer pacer, BudgetProblem day, int option) {
        if (option >= 0) {
            for (int use = day.firstUse()[option]; use < day.firstUse()[option + 1]; use++) {
                pacer.use(day.row()[use], day.amount()[use]);
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
