package dev.mobula.training.price;

/// Prices, and how good they are at least.
///
/// @param prices the price of a unit of each row; owned, not to be changed
/// @param upperBound no plan is worth more than this
/// @param iterations passes over all options
public record PriceSolution(double[] prices, double upperBound, int iterations) {
    /// How far a plan's value is below what any plan could reach, as a part of its own.
    public double gap(double served) {
        return upperBound / served - 1;
    }
}
