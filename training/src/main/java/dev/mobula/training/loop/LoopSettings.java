package dev.mobula.training.loop;

import dev.mobula.training.TrainingException;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.optimize.EarlyStop;
import java.util.Optional;

/// How a run goes.
///
/// @param steps at most; 0 for as long as there is data
/// @param evaluationSteps steps between evaluations, 0 for none
/// @param checkpointSteps steps between checkpoints, 0 for one at the end only
/// @param prefetching whether the next batch is made and pulled on a second thread meanwhile
public record LoopSettings(
        long seed,
        int steps,
        int evaluationSteps,
        int checkpointSteps,
        DenseSettings dense,
        Optional<EarlyStop> earlyStop,
        boolean prefetching) {
    public LoopSettings {
        if (steps < 0 || evaluationSteps < 0 || checkpointSteps < 0) {
            throw TrainingException.invalid(
                    "steps, evaluationSteps, checkpointSteps",
                    steps + ", " + evaluationSteps + ", " + checkpointSteps,
                    "must be 0 or more");
        }
        if (earlyStop.isPresent() && evaluationSteps == 0) {
            throw TrainingException.invalid(
                    "evaluationSteps", 0, "early stopping needs evaluations");
        }
    }

    public static LoopSettings of(long seed, int steps, DenseSettings dense) {
        return new LoopSettings(seed, steps, 0, 0, dense, Optional.empty(), true);
    }

    public LoopSettings evaluatingEvery(int count) {
        return new LoopSettings(seed, steps, count, checkpointSteps, dense, earlyStop, prefetching);
    }

    public LoopSettings savingEvery(int count) {
        return new LoopSettings(seed, steps, evaluationSteps, count, dense, earlyStop, prefetching);
    }

    public LoopSettings stoppingEarly(EarlyStop rule) {
        return new LoopSettings(
                seed,
                steps,
                evaluationSteps,
                checkpointSteps,
                dense,
                Optional.of(rule),
                prefetching);
    }

    public LoopSettings withPrefetching(boolean on) {
        return new LoopSettings(
                seed, steps, evaluationSteps, checkpointSteps, dense, earlyStop, on);
    }
}
