package dev.mobula.training.price;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;

/// A simulated day of notifications: opportunities come one after the other, prices are followed, budgets are caps.
///
/// @param value what was sent adds
/// @param firstCome what it would have been without prices
/// @param upperBound no way of spending the day's budgets is worth more, whoever had known the day before
/// @param sent messages
/// @param fullest how much of the row that came nearest to its cap was used, as a part of it
/// @param replans how often prices were sought anew
public record PacedDay(
        double value, double firstCome, double upperBound, int sent, double fullest, int replans) {
    private static final int SAMPLE_PART = 8;
    private static final int OPTIONS = 10;
    private static final int LOOK_EVERY = 20;
    private static final int PEOPLE_MIN = 100;
    private static final int PEOPLE_MAX = 1_000_000;

    /// People who come evenly through the day.
    public static final DoubleUnaryOperator EVENLY = part -> 24 * part;

    /// A quarter of them by noon, three quarters by one o'clock.
    public static final DoubleUnaryOperator RUSH_AT_NOON =
            part -> {
                if (part < 0.25) {
                    return 48 * part;
                }
                return part < 0.75 ? 12 + 2 * (part - 0.25) : 13 + 44 * (part - 0.75);
            };

    /// A day whose forecast is so many times what comes.
    ///
    /// @param hours the time by which a part of the people has come
    public static PacedDay run(int people, double forecast, DoubleUnaryOperator hours, long seed)
            throws InterruptedException {
        if (people < PEOPLE_MIN || people > PEOPLE_MAX || !(forecast > 0 && forecast < 1e3)) {
            throw invalid(
                    "people, forecast",
                    people + ", " + forecast,
                    "must be " + PEOPLE_MIN + " to " + PEOPLE_MAX + ", and more than 0");
        }
        int sampled = people / SAMPLE_PART;
        BudgetProblem all = NotificationInstance.of(sampled + people, OPTIONS, seed);
        double[] budget = all.budget().clone();
        Arrays.setAll(budget, row -> budget[row] * people / (sampled + people));
        BudgetProblem sample = all.ofPeople(0, sampled);
        BudgetProblem day = all.ofPeople(sampled, sampled + people).withBudget(budget);
        DayPacer pacer =
                new DayPacer(
                        sample,
                        budget,
                        DayForecast.flat(people * forecast).byHour(),
                        lastNight(sample, budget, people * forecast),
                        SolverSettings.DEFAULT);
        return serve(day, pacer, hours, seed);
    }

    private static PacedDay serve(
            BudgetProblem day, DayPacer pacer, DoubleUnaryOperator hours, long seed)
            throws InterruptedException {
        double[] used = new double[day.rows()];
        int[] replans = new int[1];
        ServedPlan plan =
                ServedPlan.serve(
                        day,
                        pacer::prices,
                        new SplittableRandom(seed),
                        (option, person) -> {
                            pacer.opportunity();
                            count(pacer, day, option, used);
                            double now = hours.applyAsDouble((person + 1.0) / day.people());
                            if (person % LOOK_EVERY == 0 && pacer.isDue(now)) {
                                replan(pacer, now);
                                replans[0]++;
                            }
                        });
        double fullest = 0;
        for (int row = 0; row < used.length; row++) {
            fullest =
                    day.budget()[row] > 0
                            ? Math.max(fullest, used[row] / day.budget()[row])
                            : fullest;
        }
        double greedy =
                ServedPlan.serve(day, new double[day.rows()], new SplittableRandom(seed)).value();
        try (PriceSolver solver = PriceSolver.of(day, 2)) {
            double bound = solver.solve(SolverSettings.DEFAULT).upperBound();
            return new PacedDay(plan.value(), greedy, bound, plan.sent(), fullest, replans[0]);
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
            throw new IllegalStateException("the simulation was stopped", stop);
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

    /// What was earned, as a part of the most that any plan could.
    public double served() {
        return value / upperBound;
    }
}
