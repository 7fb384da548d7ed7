package dev.mobula.training.loop;

/// One step, over all workers.
///
/// @param step from 1
/// @param loss mean over the global batch
/// @param gradientNorm length of the dense gradient before it was clipped
/// @param rateFactor the schedule's factor on learning rates
/// @param rows of this worker's share
/// @param waitNanos spent waiting for data
/// @param nanos of the whole step
public record StepReport(
        int step,
        double loss,
        double gradientNorm,
        double rateFactor,
        int rows,
        long waitNanos,
        long nanos) {}
