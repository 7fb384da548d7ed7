package dev.mobula.training.sequence;

import dev.mobula.training.TrainingException;
import dev.mobula.training.table.RowOptimizer;

/// The size of a [NextItemTask]'s model and how it learns.
///
/// @param width of embeddings, a multiple of 16
/// @param eventsMax newest events of a history that are read
/// @param blocks of attention
/// @param heads of each block; divides the width
/// @param negatives drawn for each sequence
/// @param dropout of inputs and inside of blocks
/// @param gapDecay how much less often the event after next is the target than the next, and so on; 0 for the next only
/// @param ageDecay how much less an event counts than the one after it in the sum of a history's embeddings
/// @param batchRows sequences per step
/// @param epochs over all sequences
/// @param learningRate of the blocks
/// @param rows how embeddings learn
public record NextItemOptions(
        int width,
        int eventsMax,
        int blocks,
        int heads,
        int negatives,
        double dropout,
        double gapDecay,
        double ageDecay,
        int batchRows,
        int epochs,
        double learningRate,
        RowOptimizer rows) {
    private static final int WIDTH_STEP = 16;

    public NextItemOptions {
        require("width", width, width >= WIDTH_STEP && width <= 512 && width % WIDTH_STEP == 0);
        require("eventsMax", eventsMax, eventsMax >= 1 && eventsMax <= 1_000);
        require("blocks", blocks, blocks >= 1 && blocks <= 12);
        require("heads", heads, heads >= 1 && heads <= 64 && width % heads == 0);
        require("negatives", negatives, negatives >= 1 && negatives <= 10_000);
        require("dropout", dropout, dropout >= 0 && dropout < 1);
        require("gapDecay", gapDecay, gapDecay >= 0 && gapDecay < 1);
        require("ageDecay", ageDecay, ageDecay > 0 && ageDecay < 1);
        require("batchRows", batchRows, batchRows >= 1 && batchRows <= 1 << 16);
        require("epochs", epochs, epochs >= 1 && epochs <= 10_000);
        require("learningRate", learningRate, learningRate > 0 && learningRate <= 1);
    }

    private static void require(String field, Object value, boolean holds) {
        if (!holds) {
            throw TrainingException.invalid(field, value, "is outside its limits");
        }
    }

    /// What was best on validation.
    public static NextItemOptions usual() {
        return new NextItemOptions(
                64, 50, 2, 2, 128, 0.3, 0.5, 0.6, 128, 12, 1e-3, RowOptimizer.adam(1e-3));
    }

    public NextItemOptions withEpochs(int count) {
        return new NextItemOptions(
                width,
                eventsMax,
                blocks,
                heads,
                negatives,
                dropout,
                gapDecay,
                ageDecay,
                batchRows,
                count,
                learningRate,
                rows);
    }
}
