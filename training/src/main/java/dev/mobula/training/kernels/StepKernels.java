package dev.mobula.training.kernels;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/// What optimizers compute with, over native memory. All implementations give the same bits: sums run in sixteen
/// partial sums, whatever the width of the machine's vectors.
///
/// Places and counts are in floats.
public interface StepKernels {
    /// Partial sums that every sum is made of.
    int PARTS = 16;

    /// Adam's constants at one step.
    ///
    /// @param rate learning rate over the bias correction of the first moment
    /// @param secondCorrection square root of the bias correction of the second moment
    /// @param keep what decay leaves of a weight, 1 for none
    record Adam(
            float rate,
            float beta1,
            float beta2,
            float epsilon,
            float secondCorrection,
            float keep) {}

    /// One step of Adam over `count` parameters, for gradients `scale * gradients`.
    void adam(
            Adam constants,
            float scale,
            MemorySegment parameters,
            MemorySegment gradients,
            MemorySegment first,
            MemorySegment second,
            long at,
            long count);

    /// One step of row-wise Adagrad: `width` weights at `at`, their accumulator after them.
    void adagradRow(
            float rate,
            float epsilon,
            float scale,
            MemorySegment row,
            long at,
            int width,
            MemorySegment gradient,
            long gradientAt);

    /// One step of Adam over a row: `width` weights at `at`, then both moments.
    void adamRow(
            Adam constants,
            float scale,
            MemorySegment row,
            long at,
            int width,
            MemorySegment gradient,
            long gradientAt);

    /// `into += from` over `count` floats.
    void add(MemorySegment from, long fromAt, MemorySegment into, long intoAt, long count);

    /// Sum of squares, in double across blocks.
    double sumOfSquares(MemorySegment values, long count);

    /// The widest that this machine executes as single instructions.
    static StepKernels ofThisMachine() {
        return FloatVector.SPECIES_PREFERRED.length() >= 8
                ? new VectorStepKernels()
                : new ScalarStepKernels();
    }

    /// The twin without vectors.
    static StepKernels scalar() {
        return new ScalarStepKernels();
    }
}
