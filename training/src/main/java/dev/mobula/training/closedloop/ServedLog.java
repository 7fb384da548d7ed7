package dev.mobula.training.closedloop;

import dev.mobula.training.TrainingException;
import dev.mobula.training.world.Impression;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// What was served and viewed, with the features it was scored on and what came of it. The oldest goes when it is full.
public final class ServedLog {
    private static final int ROWS_MAX = 10_000_000;

    private final int rowsMax;
    private final Deque<Row> rows = new ArrayDeque<>();

    /// One viewed item. The words are those of a frozen feature batch; nobody writes them.
    @SuppressWarnings(
            "ArrayRecordComponent") // words of one row, shared read-only by the impressions of a
    // page
    record Row(int[] user, int[] item, int[] pairs, Impression impression) {}

    public ServedLog(int rowsMax) {
        if (rowsMax < 1 || rowsMax > ROWS_MAX) {
            throw TrainingException.invalid("rowsMax", rowsMax, "must be in 1.." + ROWS_MAX);
        }
        this.rowsMax = rowsMax;
    }

    void add(Row row) {
        if (rows.size() == rowsMax) {
            rows.removeFirst();
        }
        rows.addLast(row);
    }

    public int size() {
        return rows.size();
    }

    List<Row> rows() {
        return new ArrayList<>(rows);
    }
}
