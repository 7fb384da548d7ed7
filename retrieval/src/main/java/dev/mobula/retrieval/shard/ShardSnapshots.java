package dev.mobula.retrieval.shard;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.SnapshotBuilder;
import dev.mobula.retrieval.frozen.SnapshotContent;
import dev.mobula.retrieval.vectors.VectorRows;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/// Opens the snapshot that a shard begins with.
final class ShardSnapshots {
    private ShardSnapshots() {}

    /// The newest of the folder, or an empty one where there is none; older ones are deleted.
    static FrozenIndex openNewest(ShardFolder folder, IndexSpec spec) {
        Path snapshot = folder.newest().orElseGet(() -> writeEmpty(folder.first(), spec));
        FrozenIndex index = FrozenIndex.open(snapshot);
        if (!fits(spec, index)) {
            String held =
                    index.metric() + ", " + index.dimension() + ", " + index.schema().columns();
            index.close();
            throw invalid(
                    "index",
                    spec.metric() + ", " + spec.dimension() + ", " + spec.schema().columns(),
                    "does not fit " + snapshot + ", which holds " + held);
        }
        folder.keepOnly(snapshot);
        return index;
    }

    private static boolean fits(IndexSpec spec, FrozenIndex index) {
        return spec.metric() == index.metric()
                && spec.dimension() == index.dimension()
                && spec.schema().equals(index.schema());
    }

    private static Path writeEmpty(Path file, IndexSpec spec) {
        try (Arena arena = Arena.ofShared()) {
            SnapshotContent nothing =
                    new SnapshotContent(
                            spec.metric(),
                            VectorRows.create(arena, spec.dimension(), 0),
                            new long[0],
                            spec.schema(),
                            new long[spec.schema().columns().size()][0],
                            0);
            SnapshotBuilder.build(file, nothing, spec.graph(), BuildProgress.SILENT);
        }
        return file;
    }
}
