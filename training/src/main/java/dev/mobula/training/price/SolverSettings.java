package dev.mobula.training.price;

import static dev.mobula.training.TrainingException.invalid;

/// How a solution is approached.
///
/// @param smoothing the first smoothing, as a part of the best option's value
/// @param shrink what the smoothing is multiplied by after each stage
/// @param stages how often
/// @param stageIterations the most gradient steps in a stage
public record SolverSettings(double smoothing, double shrink, int stages, int stageIterations) {
    /// Good to a few hundredths of a percent on instances of notifications.
    public static final SolverSettings DEFAULT = new SolverSettings(1e-2, 0.3, 5, 200);

    public SolverSettings {
        if (!(smoothing > 0 && smoothing <= 1)) {
            throw invalid("smoothing", smoothing, "must be more than 0, at most 1");
        }
        if (!(shrink > 0 && shrink < 1)) {
            throw invalid("shrink", shrink, "must be between 0 and 1");
        }
        if (stages < 1 || stageIterations < 1 || (long) stages * stageIterations > 100_000) {
            throw invalid("iterations", stages + " x " + stageIterations, "must be 1 to 100000");
        }
    }

    /// From prices that are nearly right already: the last two stages.
    public SolverSettings warm() {
        int skipped = Math.max(0, stages - 2);
        return new SolverSettings(
                smoothing * Math.pow(shrink, skipped), shrink, stages - skipped, stageIterations);
    }
}
