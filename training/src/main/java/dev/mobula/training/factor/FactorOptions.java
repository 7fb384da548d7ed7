package dev.mobula.training.factor;

import dev.mobula.training.TrainingException;

/// The size of a [FactorTask]'s embeddings and how they learn.
///
/// @param width of embeddings, a multiple of 16
/// @param temperature that cosines are divided by
/// @param batchRows groups of pairs per step, and negatives
/// @param pairsPerRow pairs of a group
/// @param epochs over all pairs
/// @param rowLearningRate of the embeddings, by row-wise Adagrad
public record FactorOptions(
        int width,
        double temperature,
        int batchRows,
        int pairsPerRow,
        int epochs,
        double rowLearningRate) {
    public FactorOptions {
        require("width", width, width >= 16 && width <= 496 && width % 16 == 0);
        require("temperature", temperature, temperature >= 0.01 && temperature <= 10);
        require("batchRows", batchRows, batchRows >= 1 && batchRows <= 1 << 16);
        require("pairsPerRow", pairsPerRow, pairsPerRow >= 1 && pairsPerRow <= 64);
        require("epochs", epochs, epochs >= 1 && epochs <= 10_000);
        require("rowLearningRate", rowLearningRate, rowLearningRate > 0 && rowLearningRate <= 1);
    }

    private static void require(String field, Object value, boolean holds) {
        if (!holds) {
            throw TrainingException.invalid(field, value, "is outside its limits");
        }
    }

    /// What was best on validation.
    public static FactorOptions usual() {
        return new FactorOptions(64, 0.1, 1_024, 4, 16, 0.1);
    }

    public FactorOptions withEpochs(int count) {
        return new FactorOptions(
                width, temperature, batchRows, pairsPerRow, count, rowLearningRate);
    }

    public FactorOptions withWidth(int columns) {
        return new FactorOptions(
                columns, temperature, batchRows, pairsPerRow, epochs, rowLearningRate);
    }
}
