package dev.mobula.training.loop;

/// How a run ended.
public record Outcome(int steps, Reason reason, double lastLoss) {
    /// Why it ended.
    public enum Reason {
        STEPS_DONE,
        DATA_OVER,
        STOPPED_EARLY,
        ASKED_TO_STOP
    }
}
