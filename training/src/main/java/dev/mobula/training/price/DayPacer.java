package dev.mobula.training.price;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;

/// Keeps prices right through a day: counts what came and what was spent, believes the day more than its forecast, and
/// solves again for what is left.
///
/// The caps do not depend on it. Not thread-safe.
public final class DayPacer {
    /*
     * A sample of people, yesterday's say, stands for those to come. With a budget left of b_r and n
     * opportunities still expected, the sample of s people may spend b_r s / n: its duals are the
     * prices of the rest of the day, and those before are nearly right, so a few steps find them.
     *
     * How many are to come [DayForecast] says. Solving again, unlike following the gradient of each
     * batch, adds no noise of its own to prices that are good.
     *
     * [1] Jasin, Kumar: A re-solving heuristic with bounded revenue loss. Math. of OR 2012.
     */
    private static final double LEFT_MIN = 0.5;

    private final BudgetProblem sample;
    private final double[] left;
    private final DayForecast forecast;
    private final SolverSettings settings;
    private double[] prices;
    private long seen;
    private double comingAtPlan;

    /// @param sample people like those to come; its own budgets do not matter
    /// @param budget of the whole day
    /// @param expectedByHour the forecast of opportunities in each hour
    /// @param start the prices to begin with
    public DayPacer(
            BudgetProblem sample,
            double[] budget,
            double[] expectedByHour,
            double[] start,
            SolverSettings settings) {
        if (budget.length != sample.rows() || start.length != sample.rows()) {
            throw invalid("rows", budget.length + ", " + start.length, "must be " + sample.rows());
        }
        this.sample = sample;
        this.left = budget.clone();
        this.settings = settings.warm();
        this.prices = start.clone();
        this.forecast = new DayForecast(expectedByHour.clone());
        this.comingAtPlan = forecast.all();
    }

    /// The prices to decide by now.
    public double[] prices() {
        return prices;
    }

    /// Counts an opportunity, whatever was decided.
    public void opportunity() {
        seen++;
    }

    /// Counts what a decision used of a row.
    public void use(int row, double amount) {
        left[row] -= amount;
    }

    /// How many opportunities are still to come, so many hours into the day.
    public double coming(double hours) {
        return forecast.coming(seen, hours);
    }

    /// Whether what is to come has changed enough since the last plan to plan again: the nearer the end, the more often.
    public boolean isDue(double hours) {
        return DayForecast.isDue(comingAtPlan, coming(hours));
    }

    /// Finds the prices for the rest of the day, so many hours into it.
    public void replan(double hours) throws InterruptedException {
        comingAtPlan = coming(hours);
        double share = sample.people() / Math.max(LEFT_MIN, comingAtPlan);
        double[] budget = new double[left.length];
        Arrays.setAll(budget, row -> Math.max(0, left[row]) * share);
        try (PriceSolver solver = PriceSolver.of(sample.withBudget(budget), 1)) {
            prices = solver.solve(settings, prices).prices();
        }
    }
}
