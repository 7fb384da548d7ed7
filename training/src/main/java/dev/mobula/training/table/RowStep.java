package dev.mobula.training.table;

import dev.mobula.training.kernels.StepKernels;

/// What all rows of one step have in common.
///
/// @param scale one over the weight of the global batch: gradients come as sums
record RowStep(int step, int seconds, float scale, double rateScale) {
    StepKernels.Adam adam(RowOptimizer.Adam it) {
        double first = 1 - Math.pow(it.beta1(), step);
        double second = 1 - Math.pow(it.beta2(), step);
        return new StepKernels.Adam(
                (float) (it.learningRate() * rateScale / first),
                (float) it.beta1(),
                (float) it.beta2(),
                (float) it.epsilon(),
                (float) Math.sqrt(second),
                1f);
    }

    static RowStep of(Tables.Push push, double weight) {
        return new RowStep(
                push.step(),
                Math.clamp(push.timeSeconds(), 0, Integer.MAX_VALUE),
                weight > 0 ? (float) (1 / weight) : 0f,
                push.rateScale());
    }
}
