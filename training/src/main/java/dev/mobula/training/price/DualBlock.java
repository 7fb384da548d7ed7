package dev.mobula.training.price;

/// Some of the people of a problem, who answer what they would take at given prices.
///
/// A problem is solved over any number of blocks, here or on other machines: prices go out, a load for each row and one
/// number come back. Called by one thread at a time.
public interface DualBlock {
    /// Adds what these people take to `load`, and returns what it is worth to them after paying.
    ///
    /// @param smoothing how much a share of an option is preferred to all of it; more makes the answer smoother
    double respond(double[] prices, double smoothing, double[] load);

    /// What the best options of these people are worth to them after paying.
    double surplus(double[] prices);

    /// Adds the squares of all amounts to their rows.
    void addSquares(double[] squares);

    /// All people of a problem in this process.
    static DualBlock of(BudgetProblem problem) {
        return new LocalBlock(problem, 0, problem.people());
    }
}
