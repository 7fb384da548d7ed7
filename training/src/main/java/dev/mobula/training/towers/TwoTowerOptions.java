package dev.mobula.training.towers;

import dev.mobula.training.TrainingException;
import dev.mobula.training.program.Engine;
import dev.mobula.training.table.RowOptimizer;
import java.util.List;

/// The size of a [TwoTowerTask]'s towers and how they learn.
///
/// @param width of item embeddings, a multiple of 16
/// @param dimension of the vectors that both towers give, a multiple of 16
/// @param hidden widths of each tower's hidden layers
/// @param eventsMax newest events of a history that are read
/// @param temperature that dot products are divided by
/// @param batchRows examples per step
/// @param epochs over all examples
/// @param rows how embeddings learn
/// @param engine what computes the steps
public record TwoTowerOptions(
        int width,
        int dimension,
        List<Integer> hidden,
        int eventsMax,
        double temperature,
        int batchRows,
        int epochs,
        RowOptimizer rows,
        Engine engine) {
    private static final int WIDTH_STEP = 16;

    public TwoTowerOptions {
        hidden = List.copyOf(hidden);
        require("width", width, isWidth(width));
        require("dimension", dimension, isWidth(dimension));
        require("hidden", hidden, hidden.size() <= 8 && hidden.stream().allMatch(w -> w >= 1));
        require("eventsMax", eventsMax, eventsMax >= 1 && eventsMax <= 1_000);
        require("temperature", temperature, temperature >= 0.01 && temperature <= 10);
        require("batchRows", batchRows, batchRows >= 2 && batchRows <= 1 << 16);
        require("epochs", epochs, epochs >= 1 && epochs <= 1_000_000);
    }

    private static boolean isWidth(int value) {
        return value >= WIDTH_STEP && value <= 512 && value % WIDTH_STEP == 0;
    }

    private static void require(String field, Object value, boolean holds) {
        if (!holds) {
            throw TrainingException.invalid(field, value, "is outside its limits");
        }
    }
}
