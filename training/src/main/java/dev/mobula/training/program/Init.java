package dev.mobula.training.program;

import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.random.RandomGenerator;

/// How a parameter starts. Seeded by the run and the parameter's name alone.
public sealed interface Init {
    record Constant(double value) implements Init {}

    record Uniform(double bound) implements Init {}

    record Normal(double deviation) implements Init {}

    static Init zeros() {
        return new Constant(0);
    }

    /// Uniform, scaled by the inputs of a layer: how PyTorch starts a linear layer of shape `[out, in]`.
    static Init linear(List<Integer> shape) {
        return new Uniform(1 / Math.sqrt(shape.getLast()));
    }

    /// The stream of starting values of one parameter.
    default DoubleSupplier values(long seed, String name) {
        RandomGenerator random = new SplittableRandom(seed + 31L * name.hashCode());
        return switch (this) {
            case Constant it -> it::value;
            case Uniform it -> () -> it.bound() * (2 * random.nextDouble() - 1);
            case Normal it -> () -> it.deviation() * random.nextGaussian();
        };
    }
}
