package dev.mobula.training.optimize;

import dev.mobula.training.TrainingException;

/// The factor on all learning rates by step: up over the warm-up, then down as its decay says.
///
/// @param warmUpSteps steps of linear growth
/// @param steps at whose end a decay reaches `floor`; not used by `CONSTANT` and `INVERSE_ROOT`
/// @param floor the least factor, 0..1
public record Schedule(Decay decay, int warmUpSteps, int steps, double floor) {
    /// How the factor falls after the warm-up.
    public enum Decay {
        CONSTANT,
        LINEAR,
        COSINE,
        INVERSE_ROOT
    }

    public Schedule {
        boolean ends = decay == Decay.LINEAR || decay == Decay.COSINE;
        if (warmUpSteps < 0 || (ends && steps <= warmUpSteps)) {
            throw TrainingException.invalid(
                    "warmUpSteps, steps",
                    warmUpSteps + ", " + steps,
                    "warm-up ends before the decay");
        }
        if (!(floor >= 0 && floor <= 1)) {
            throw TrainingException.invalid("floor", floor, "must be 0..1");
        }
    }

    public static Schedule constant() {
        return new Schedule(Decay.CONSTANT, 0, 0, 0);
    }

    public static Schedule cosine(int warmUpSteps, int steps) {
        return new Schedule(Decay.COSINE, warmUpSteps, steps, 0);
    }

    /// The factor at a step.
    ///
    /// @param step from 1
    public double factor(int step) {
        if (step <= warmUpSteps) {
            return (double) step / warmUpSteps;
        }
        double done = Math.min(1, (step - warmUpSteps) / (double) Math.max(1, steps - warmUpSteps));
        return switch (decay) {
            case CONSTANT -> 1;
            case LINEAR -> Math.max(floor, 1 - done);
            case COSINE -> floor + (1 - floor) * (1 + Math.cos(Math.PI * done)) / 2;
            case INVERSE_ROOT ->
                    Math.max(floor, Math.sqrt(Math.max(1, warmUpSteps) / (double) step));
        };
    }
}
