package dev.mobula.training.table;

import dev.mobula.training.TrainingException;

/// An embedding table: how wide, how it learns, which keys it takes and for how long.
///
/// @param initialBound new rows are uniform within plus and minus this, seeded by run, table and key
/// @param admissionCount times a key must have come before it gets a row; until then it reads the row of
///     [dev.mobula.training.program.Batch#UNKNOWN]. 1 admits every key
/// @param admissionWindowSeconds how long such counts last, by the clock of the data
/// @param expirySeconds how long after its last use a row is forgotten, by the clock of the data; 0 for never
/// @param rowsMax most rows; further keys read the unknown row
public record TableSpec(
        String name,
        int width,
        RowOptimizer optimizer,
        double initialBound,
        int admissionCount,
        long admissionWindowSeconds,
        long expirySeconds,
        int rowsMax) {
    private static final int WIDTH_MAX = 4096;
    private static final int ADMISSION_MAX = 10_000;
    private static final int ROWS_MAX = 1 << 28;
    private static final long DAY_SECONDS = 86_400;

    public TableSpec {
        requireRange("width of table '" + name + "'", width, 1, WIDTH_MAX);
        requireRange("admissionCount of table '" + name + "'", admissionCount, 1, ADMISSION_MAX);
        requireRange("rowsMax of table '" + name + "'", rowsMax, 1, ROWS_MAX);
        if (!(initialBound >= 0) || Double.isInfinite(initialBound)) {
            throw TrainingException.invalid(
                    "initialBound of table '" + name + "'", initialBound, "must be 0 or more");
        }
        if (expirySeconds < 0 || admissionWindowSeconds < 1) {
            throw TrainingException.invalid(
                    "expirySeconds, admissionWindowSeconds of table '" + name + "'",
                    expirySeconds + ", " + admissionWindowSeconds,
                    "must be at least 0 and 1");
        }
    }

    /// Row-wise Adagrad at .05, rows within ±1/√width, every key for ever.
    public static TableSpec of(String name, int width) {
        return new TableSpec(
                name,
                width,
                RowOptimizer.adagrad(0.05),
                1 / Math.sqrt(Math.max(1, width)),
                1,
                DAY_SECONDS,
                0,
                1 << 24);
    }

    public TableSpec with(RowOptimizer other) {
        return new TableSpec(
                name,
                width,
                other,
                initialBound,
                admissionCount,
                admissionWindowSeconds,
                expirySeconds,
                rowsMax);
    }

    public TableSpec withInitialBound(double bound) {
        return new TableSpec(
                name,
                width,
                optimizer,
                bound,
                admissionCount,
                admissionWindowSeconds,
                expirySeconds,
                rowsMax);
    }

    public TableSpec admittingAfter(int count, long windowSeconds) {
        return new TableSpec(
                name, width, optimizer, initialBound, count, windowSeconds, expirySeconds, rowsMax);
    }

    public TableSpec expiringAfter(long seconds) {
        return new TableSpec(
                name,
                width,
                optimizer,
                initialBound,
                admissionCount,
                admissionWindowSeconds,
                seconds,
                rowsMax);
    }

    public TableSpec withRowsMax(int rows) {
        return new TableSpec(
                name,
                width,
                optimizer,
                initialBound,
                admissionCount,
                admissionWindowSeconds,
                expirySeconds,
                rows);
    }

    private static void requireRange(String field, int value, int least, int most) {
        if (value < least || value > most) {
            throw TrainingException.invalid(field, value, "must be " + least + ".." + most);
        }
    }
}
