package dev.mobula.training.loop;

import java.util.Map;

/// Is told what a run does, on the thread that does it.
public interface RunListener {
    RunListener NONE = new RunListener() {};

    default void onStep(StepReport report) {}

    /// The model was evaluated.
    ///
    /// @param step after which the model was evaluated
    default void onEvaluation(int step, Map<String, Double> metrics) {}
}
