package dev.mobula.retrieval.frozen;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.VectorRows;
import java.util.Arrays;

/// What a snapshot is made of: prepared vectors, their ids and attribute columns, and the position of the change stream
/// that they stand for.
///
/// Arrays are owned by the content. `columns[c][row]` follows the schema.
@SuppressWarnings("ArrayRecordComponent")
public record SnapshotContent(
        Metric metric,
        VectorRows rows,
        long[] ids,
        AttributeSchema schema,
        long[][] columns,
        long position) {

    public SnapshotContent {
        if (ids.length != rows.count()) {
            throw invalid("ids", ids.length, "must be one for each of " + rows.count() + " rows");
        }
        if (columns.length != schema.columns().size()) {
            throw invalid("columns", columns.length, "must be one for each of " + schema.columns());
        }
        for (int column = 0; column < columns.length; column++) {
            if (columns[column].length != ids.length) {
                throw invalid(
                        schema.columns().get(column) + ".length",
                        columns[column].length,
                        "must be " + ids.length);
            }
        }
    }

    /// Vectors without attributes.
    public static SnapshotContent of(Metric metric, VectorRows rows, long[] ids) {
        return new SnapshotContent(metric, rows, ids, AttributeSchema.NONE, new long[0][], 0);
    }

    /// Ids and attributes in another order of rows; the vectors stay where they are.
    SnapshotContent reordered(int[] oldRows) {
        long[] newIds = new long[ids.length];
        long[][] newColumns = new long[columns.length][ids.length];
        for (int row = 0; row < ids.length; row++) {
            newIds[row] = ids[oldRows[row]];
            for (int column = 0; column < columns.length; column++) {
                newColumns[column][row] = columns[column][oldRows[row]];
            }
        }
        return new SnapshotContent(metric, rows, newIds, schema, newColumns, position);
    }

    /// Rows in ascending order of their ids; an id that appears twice is refused by its value.
    int[] rowsByAscendingId() {
        long[] sorted = ids.clone();
        Arrays.sort(sorted);
        for (int i = 1; i < sorted.length; i++) {
            if (sorted[i] == sorted[i - 1]) {
                throw invalid("id", sorted[i], "appears more than once");
            }
        }
        int[] rowsById = new int[ids.length];
        for (int row = 0; row < ids.length; row++) {
            rowsById[Arrays.binarySearch(sorted, ids[row])] = row;
        }
        return rowsById;
    }
}
