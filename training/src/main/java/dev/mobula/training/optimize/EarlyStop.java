package dev.mobula.training.optimize;

import dev.mobula.training.TrainingException;

/// Ends a run whose evaluations have stopped getting better.
///
/// @param metric of the evaluations that counts
/// @param isBetterWhenHigher which way is better
/// @param patience evaluations without a new best before the end
/// @param least improvement that counts
public record EarlyStop(String metric, boolean isBetterWhenHigher, int patience, double least) {
    public EarlyStop {
        if (patience < 1) {
            throw TrainingException.invalid("patience", patience, "must be at least 1");
        }
        if (!(least >= 0)) {
            throw TrainingException.invalid("least", least, "must be 0 or more");
        }
    }

    /// What has been seen; part of a checkpoint.
    public record Progress(double best, int bestStep, int worseSince) {
        public static Progress none() {
            return new Progress(Double.NaN, 0, 0);
        }
    }

    /// What is known after one more evaluation.
    public Progress after(Progress before, int step, double value) {
        double gain = isBetterWhenHigher ? value - before.best() : before.best() - value;
        boolean isBetter = Double.isNaN(before.best()) ? !Double.isNaN(value) : gain > least;
        return isBetter
                ? new Progress(value, step, 0)
                : new Progress(before.best(), before.bestStep(), before.worseSince() + 1);
    }

    public boolean isOver(Progress progress) {
        return progress.worseSince() >= patience;
    }
}
