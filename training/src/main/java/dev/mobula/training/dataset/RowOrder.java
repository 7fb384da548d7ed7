package dev.mobula.training.dataset;

import dev.mobula.training.TrainingException;
import java.util.SplittableRandom;

/*
 * Rows are cut into windows of equal size. Each epoch takes the windows in an order of its own and the rows of each window
 * in an order of its own; both are Fisher-Yates permutations drawn from a hash of (seed, epoch, window). So any place of
 * the whole order is found in the time of two permutations, nothing has to be kept to resume, and one window at a time is
 * in memory. A window as large as the data is a full shuffle.
 */
/// The order in which a data set's rows are given, epoch after epoch; a function of its seed alone.
///
/// @param windowRows how many rows are mixed with each other; 0 leaves the rows in their own order
/// @param dropLast whether rows that do not fill a last batch of `batchRows` are left out of an epoch
public record RowOrder(long rows, int windowRows, long seed, int batchRows, boolean dropLast) {
    private static final int WINDOW_ROWS_MAX = 1 << 22;
    private static final int WINDOW_ROWS_PLAIN = 8_192;

    public RowOrder {
        if (rows < 1) {
            throw TrainingException.invalid("rows", rows, "must be 1 or more");
        }
        if (windowRows < 0 || windowRows > WINDOW_ROWS_MAX) {
            throw TrainingException.invalid(
                    "windowRows", windowRows, "must be 0 to " + WINDOW_ROWS_MAX);
        }
        if (batchRows < 1 || batchRows > WINDOW_ROWS_MAX || (dropLast && batchRows > rows)) {
            throw TrainingException.invalid(
                    "batchRows", batchRows, "must be 1 to " + Math.min(rows, WINDOW_ROWS_MAX));
        }
    }

    /// Rows that one epoch gives.
    public long epochRows() {
        return dropLast ? rows - rows % batchRows : rows;
    }

    boolean isShuffled() {
        return windowRows > 0;
    }

    int window() {
        return isShuffled() ? windowRows : WINDOW_ROWS_PLAIN;
    }

    int windows() {
        return Math.toIntExact((rows + window() - 1) / window());
    }

    /// The first row of a window.
    long start(int window) {
        return (long) window * window();
    }

    int size(int window) {
        return (int) Math.min(window(), rows - start(window));
    }

    /// The windows in the order of an epoch. The short one comes last, so that every place is found by division.
    int[] windowOrder(long epoch) {
        int full = (int) (rows / window());
        int[] order = new int[windows()];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        if (isShuffled()) {
            shuffle(order, full, mix(seed, epoch, -1));
        }
        return order;
    }

    /// The rows of a window in the order of an epoch, counted from the window's first.
    int[] rowOrder(long epoch, int window) {
        int[] order = new int[size(window)];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        if (isShuffled()) {
            shuffle(order, order.length, mix(seed, epoch, window));
        }
        return order;
    }

    private static void shuffle(int[] values, int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = count - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int value = values[i];
            values[i] = values[j];
            values[j] = value;
        }
    }

    private static long mix(long seed, long epoch, long window) {
        long z = seed + 0x9E3779B97F4A7C15L * (epoch + 1);
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L + window;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
