package dev.mobula.training.factor;

import dev.mobula.training.TrainingException;
import dev.mobula.training.table.RowOptimizer;

/// The size of a [FactorTask]'s embeddings and how they learn.
///
/// @param width of embeddings, a multiple of 16
/// @param temperature that cosines are divided by
/// @param batchRows groups of pairs per step, and negatives
/// @param pairsPerRow pairs of a group
/// @param epochs over all pairs
/// @param rows how embeddings learn
public record FactorOptions(
        int width,
        double temperature,
        int batchRows,
        int pairsPerRow,
        int epochs,
        RowOptimizer rows) {
    public FactorOptions {
        require("width", width, width >= 16 && width <= 496 && width % 16 == 0);
        require("temperature", temperature, temperature >= 0.01 && temperature <= 10);
        require("batchRows", batchRows, batchRows >= 1 && batchRows <= 1 << 16);
        require("pairsPerRow", pairsPerRow, pairsPerRow >= 1 && pairsPerRow <= 64);
        require("epochs", epochs, epochs >= 1 && epochs <= 10_000);
    }

    private static void require(String field, Object value, boolean holds) {
        if (!holds) {
            throw TrainingException.invalid(field, value, "is outside its limits");
        }
    }

    /// What was best on validation.
    public static FactorOptions usual() {
        return new FactorOptions(64, 0.1, 1_024, 4, 16, RowOptimizer.adagrad(0.1));
    }

    public FactorOptions withEpochs(int count) {
        return new FactorOptions(width, temperature, batchRows, pairsPerRow, count, rows);
    }

    public FactorOptions withWidth(int columns) {
        return new FactorOptions(columns, temperature, batchRows, pairsPerRow, epochs, rows);
    }
}
