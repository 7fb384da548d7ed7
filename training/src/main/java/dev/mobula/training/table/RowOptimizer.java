package dev.mobula.training.table;

import dev.mobula.training.TrainingException;

/// How rows learn. Only rows that a batch read are touched.
public sealed interface RowOptimizer {
    /// Floats of state beside a row.
    int stateFloats(int width);

    double learningRate();

    /// One accumulated squared gradient per row: the mean over its columns.
    record Adagrad(double learningRate, double epsilon, double initial) implements RowOptimizer {
        public Adagrad {
            requirePositive("learningRate", learningRate);
            requirePositive("epsilon", epsilon);
        }

        @Override
        public int stateFloats(int width) {
            return 1;
        }
    }

    /// Adam whose moments rest while a row is not read; bias correction counts all steps.
    record Adam(double learningRate, double beta1, double beta2, double epsilon)
            implements RowOptimizer {
        public Adam {
            requirePositive("learningRate", learningRate);
            requirePositive("epsilon", epsilon);
        }

        @Override
        public int stateFloats(int width) {
            return 2 * width;
        }
    }

    static RowOptimizer adagrad(double learningRate) {
        return new Adagrad(learningRate, 1e-8, 0);
    }

    static RowOptimizer adam(double learningRate) {
        return new Adam(learningRate, 0.9, 0.999, 1e-8);
    }

    private static void requirePositive(String field, double value) {
        if (!(value > 0) || Double.isInfinite(value)) {
            throw TrainingException.invalid(field, value, "must be above 0");
        }
    }
}
