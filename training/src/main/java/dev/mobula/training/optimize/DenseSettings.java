package dev.mobula.training.optimize;

import dev.mobula.training.TrainingException;
import java.util.Map;

/// How the dense parameters learn: AdamW, which without decay is Adam.
///
/// @param decay per step, times the learning rate, taken from weights before the step
/// @param clipNorm longest gradient of the flat vector; longer ones are shortened to it. 0 for no limit
/// @param groupRates factor on the learning rate by a parameter's group; 0 freezes it
public record DenseSettings(
        double learningRate,
        double beta1,
        double beta2,
        double epsilon,
        double decay,
        double clipNorm,
        Map<String, Double> groupRates,
        Schedule schedule) {
    public DenseSettings {
        groupRates = Map.copyOf(groupRates);
        require("learningRate", learningRate, learningRate > 0);
        require("beta1", beta1, beta1 >= 0 && beta1 < 1);
        require("beta2", beta2, beta2 >= 0 && beta2 < 1);
        require("epsilon", epsilon, epsilon > 0);
        require("decay", decay, decay >= 0);
        require("clipNorm", clipNorm, clipNorm >= 0);
        groupRates.forEach((group, rate) -> require("rate of '" + group + "'", rate, rate >= 0));
    }

    /// Adam as PyTorch has it.
    public static DenseSettings adam(double learningRate) {
        return new DenseSettings(
                learningRate, 0.9, 0.999, 1e-8, 0, 0, Map.of(), Schedule.constant());
    }

    public DenseSettings withDecay(double perStep) {
        return new DenseSettings(
                learningRate, beta1, beta2, epsilon, perStep, clipNorm, groupRates, schedule);
    }

    public DenseSettings clippedAt(double norm) {
        return new DenseSettings(
                learningRate, beta1, beta2, epsilon, decay, norm, groupRates, schedule);
    }

    public DenseSettings with(Schedule other) {
        return new DenseSettings(
                learningRate, beta1, beta2, epsilon, decay, clipNorm, groupRates, other);
    }

    public DenseSettings withGroupRates(Map<String, Double> rates) {
        return new DenseSettings(
                learningRate, beta1, beta2, epsilon, decay, clipNorm, rates, schedule);
    }

    private static void require(String field, double value, boolean holds) {
        if (!holds || !Double.isFinite(value)) {
            throw TrainingException.invalid(field, value, "outside its limits");
        }
    }
}
