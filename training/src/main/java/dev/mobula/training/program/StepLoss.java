package dev.mobula.training.program;

/// A share's loss: a sum over terms, and what the terms weigh together.
///
/// The loss of a step is the sum of all shares' sums divided by the sum of their weights; gradients are of the sum.
public record StepLoss(double sum, double weight) {
    public double mean() {
        return weight > 0 ? sum / weight : 0;
    }
}
