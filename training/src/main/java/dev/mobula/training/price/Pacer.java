package dev.mobula.training.price;

import static dev.mobula.training.TrainingException.invalid;

import java.util.Arrays;

/// Moves prices with what is spent: after every few decisions the price of a row rises when more was used than is left for
/// each opportunity to come, and falls when less was.
///
/// It follows the forecast of opportunities, not the clock. Caps do not depend on it: a wrong price costs value, and no
/// more. Not thread-safe.
public final class Pacer {
    /*
     * Mirror descent on the dual, one step for a batch: l <- max(0, l + eta (use - rho)), where rho is what
     * is left of the row for each opportunity still expected. Rows differ by orders of magnitude in how
     * much an option uses; one step size for all leaves the small ones uncontrolled, so
     *   eta_r = eta0 * (mean value / mean amount of row r) / sqrt(t)
     * after t opportunities: large steps find the way, small ones keep to it.
     * No step moves a price by more than a fifth of what options are worth.
     */
    private static final double STEP_PART_MAX = 0.2;

    private final double[] prices;
    private final double[] step;
    private final double[] stepMax;
    private final double[] left;
    private final double[] used;
    private double opportunitiesLeft;
    private int batch;
    private long seen;

    /// @param start the solver's prices
    /// @param budget what is left of each row
    /// @param meanAmount how much an option that uses a row uses of it, on average and without sign
    /// @param meanValue what an option is worth on average
    /// @param opportunities how many are expected
    /// @param eagerness the first step size; small when the prices are good already
    public Pacer(
            double[] start,
            double[] budget,
            double[] meanAmount,
            double meanValue,
            double opportunities,
            double eagerness) {
        if (start.length != budget.length || start.length != meanAmount.length) {
            throw invalid(
                    "rows",
                    start.length + ", " + budget.length + ", " + meanAmount.length,
                    "must be alike");
        }
        if (!(opportunities >= 1 && eagerness >= 0 && meanValue > 0)) {
            throw invalid(
                    "opportunities, eagerness, meanValue",
                    opportunities + ", " + eagerness + ", " + meanValue,
                    "must be at least 1, 0, and more than 0");
        }
        prices = start.clone();
        left = budget.clone();
        used = new double[start.length];
        step = new double[start.length];
        stepMax = new double[start.length];
        for (int r = 0; r < start.length; r++) {
            double unit = meanAmount[r] > 0 ? meanValue / meanAmount[r] : 0;
            step[r] = eagerness * unit;
            stepMax[r] = STEP_PART_MAX * unit;
        }
        opportunitiesLeft = opportunities;
    }

    /// The prices to decide by; the same array, changed by [#endBatch].
    public double[] prices() {
        return prices;
    }

    /// Counts what a decision used of a row.
    public void use(int row, double amount) {
        used[row] += amount;
    }

    /// Counts an opportunity, whatever was decided.
    public void opportunity() {
        batch++;
    }

    /// What is now expected to come: a new forecast replaces the count-down of the old one.
    public void forecast(double opportunities) {
        if (!(opportunities >= 0)) {
            throw invalid("opportunities", opportunities, "must not be negative");
        }
        opportunitiesLeft = opportunities;
    }

    /// Moves the prices.
    public void endBatch() {
        double coming = Math.max(1, opportunitiesLeft);
        seen += batch;
        double slower = 1 / Math.sqrt((double) Math.max(1, seen));
        for (int r = 0; r < prices.length; r++) {
            double share = Math.max(0, left[r]) / coming * batch;
            double move = step[r] * slower * (used[r] - share);
            prices[r] = Math.max(0, prices[r] + Math.clamp(move, -stepMax[r], stepMax[r]));
            left[r] -= used[r];
        }
        opportunitiesLeft -= batch;
        batch = 0;
        Arrays.fill(used, 0);
    }
}
