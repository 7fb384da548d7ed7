package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.SnapshotContent;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.VectorRows;
import java.lang.foreign.Arena;
import java.util.function.Supplier;

/// Whole files of vectors in memory, ready to be built into an index.
public final class VectorTable {
    private static final int BATCH_ROWS = 1_024;
    private static final int ROWS_MAX = 1 << 30;

    private VectorTable() {}

    /// Reads a file into memory of the arena; one whose format does not say how many rows it has is read twice.
    public static SnapshotContent read(
            Arena arena, Supplier<VectorFile> source, Metric metric, BuildProgress progress) {
        long count = count(source);
        if (count >= ROWS_MAX) {
            throw invalid("rows", count, "must be fewer than " + ROWS_MAX);
        }
        try (VectorFile file = source.get()) {
            AttributeSchema schema = new AttributeSchema(file.columns().attributes());
            VectorRows rows = VectorRows.create(arena, Math.max(1, file.dimension()), (int) count);
            long[] ids = new long[(int) count];
            long[][] columns = new long[schema.columns().size()][(int) count];
            int read = 0;
            VectorBatch batch = file.newBatch(BATCH_ROWS);
            while (file.next(batch)) {
                for (int i = 0; i < batch.size(); i++, read++) {
                    String name =
                            file.path() + " row " + read + ", the vector of id " + batch.id(i);
                    rows.set(read, metric.prepared(name, batch.vector(i), batch.dimension()));
                    ids[read] = batch.id(i);
                    for (int column = 0; column < columns.length; column++) {
                        columns[column][read] = batch.attribute(i, column);
                    }
                }
                progress.advanced("read", read, count);
            }
            return new SnapshotContent(metric, rows, ids, schema, columns, 0);
        }
    }

    private static long count(Supplier<VectorFile> source) {
        try (VectorFile file = source.get()) {
            if (file.rows().isPresent()) {
                return file.rows().getAsLong();
            }
            long count = 0;
            VectorBatch batch = file.newBatch(BATCH_ROWS);
            while (file.next(batch)) {
                count += batch.size();
            }
            return count;
        }
    }
}
