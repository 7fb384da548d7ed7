package dev.mobula.actors.trainer;

import dev.mobula.training.loop.RunListener;

/// Is told what a job does, on the thread that runs it.
public interface JobListener extends RunListener {
    /// Trainers and shards are up; the run starts, from a step on.
    default void onStart(int attempt, int workers, int fromStep) {}

    /// Something was lost; another attempt follows.
    default void onLost(int attempt, String message) {}
}
