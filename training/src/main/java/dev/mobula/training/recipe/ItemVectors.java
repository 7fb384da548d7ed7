package dev.mobula.training.recipe;

import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.frozen.SnapshotBuilder;
import dev.mobula.retrieval.frozen.SnapshotContent;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.VectorRows;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;

/// What a model's vectors of people are compared with, by dot product: a vector of `width` numbers for every item. The
/// array is owned.
@SuppressWarnings("ArrayRecordComponent")
record ItemVectors(int width, float[] values) {
    /// Writes the index that finds them. An item's id there is its place in the encoder's list of items.
    ///
    /// One thread builds it, so that the same vectors give the same file.
    void index(Path file) {
        int count = values.length / width;
        long[] ids = new long[count];
        try (Arena arena = Arena.ofConfined()) {
            VectorRows rows = VectorRows.create(arena, width, count);
            for (int item = 0; item < count; item++) {
                ids[item] = item;
                float[] vector = Arrays.copyOfRange(values, item * width, (item + 1) * width);
                rows.set(item, Metric.INNER_PRODUCT.prepared("item " + item, vector, width));
            }
            SnapshotBuilder.build(
                    file,
                    SnapshotContent.of(Metric.INNER_PRODUCT, rows, ids),
                    GraphSpec.defaults(1),
                    BuildProgress.SILENT);
        }
    }
}
