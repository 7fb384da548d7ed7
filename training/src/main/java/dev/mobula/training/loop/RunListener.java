package dev.mobula.training.loop;

import dev.mobula.training.checkpoint.Checkpoint;
import java.util.Map;

/// Is told what a run does, on the thread that does it.
public interface RunListener {
    RunListener NONE = new RunListener() {};

    default void onStep(StepReport report) {}

    /// The model was evaluated.
    ///
    /// @param step after which the model was evaluated
    default void onEvaluation(int step, Map<String, Double> metrics) {}

    /// A checkpoint is whole and on the disk.
    default void onCheckpoint(Checkpoint checkpoint) {}

    /// A checkpoint could not be written; the run goes on.
    default void onCheckpointFailed(int step, String message) {}
}
