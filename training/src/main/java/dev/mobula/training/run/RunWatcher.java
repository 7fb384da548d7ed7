package dev.mobula.training.run;

import dev.mobula.training.loop.StepReport;
import java.util.Map;

/// Is told what a run does: for a terminal, a mirror, a test.
public interface RunWatcher {
    /// A watcher that says nothing.
    RunWatcher NONE = new RunWatcher() {};

    /// The run begins, or goes on after a step.
    default void began(RunRecord record, int afterStep) {}

    default void step(StepReport report, int stepsWanted, int batchRows) {}

    default void evaluated(int step, Map<String, Double> metrics) {}

    /// Something the user should know: a checkpoint that could not be written, a mirror that is away.
    default void warned(String message) {}

    default void ended(RunRecord record) {}
}
