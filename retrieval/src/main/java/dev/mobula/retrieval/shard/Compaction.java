package dev.mobula.retrieval.shard;

import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.SnapshotBuilder;
import dev.mobula.retrieval.frozen.SnapshotContent;
import dev.mobula.retrieval.live.LiveIndex;
import dev.mobula.retrieval.vectors.VectorRows;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// Writes one snapshot of everything that is alive in a generation's snapshot and its sealed live index.
///
/// Rows go in by ascending id, so that the same items give the same leaves whatever was written and deleted before.
/// Reads while writes go on: rows that die meanwhile may be in the file, and their ids are in the shard's list of
/// changes, which is applied before the file is searched.
final class Compaction {
    private final IndexSpec spec;
    private final FrozenIndex frozen;
    private final @Nullable LiveIndex sealed;
    private final int[] frozenRows;
    private final int[] sealedSlots;

    Compaction(IndexSpec spec, Generation generation) {
        this.spec = spec;
        frozen = generation.frozen().index();
        sealed = generation.sealed();
        frozenRows = kept(frozen.count(), row -> !generation.frozen().dead().contains(row));
        sealedSlots = sealed == null ? new int[0] : kept(sealed.used(), sealed::isAlive);
    }

    void write(Path file, long position, BuildProgress progress) {
        try (Arena arena = Arena.ofShared()) {
            long[] ids = sortedIds();
            VectorRows rows = VectorRows.create(arena, spec.dimension(), ids.length);
            long[][] columns = new long[spec.schema().columns().size()][ids.length];
            for (int from : frozenRows) {
                int row = Arrays.binarySearch(ids, frozen.id(from));
                frozen.copyVector(from, rows, row);
                for (int column = 0; column < columns.length; column++) {
                    columns[column][row] = frozen.value(column, from);
                }
            }
            if (sealed != null) {
                copySealed(sealed, rows, ids, columns);
            }
            SnapshotContent content =
                    new SnapshotContent(spec.metric(), rows, ids, spec.schema(), columns, position);
            SnapshotBuilder.build(file, content, spec.graph(), progress);
        }
    }

    private long[] sortedIds() {
        long[] ids = new long[frozenRows.length + sealedSlots.length];
        for (int i = 0; i < frozenRows.length; i++) {
            ids[i] = frozen.id(frozenRows[i]);
        }
        if (sealed != null) {
            for (int i = 0; i < sealedSlots.length; i++) {
                ids[frozenRows.length + i] = sealed.id(sealedSlots[i]);
            }
        }
        Arrays.sort(ids);
        return ids;
    }

    private void copySealed(LiveIndex source, VectorRows rows, long[] ids, long[][] columns) {
        float[] vector = new float[rows.layout().length()];
        for (int slot : sealedSlots) {
            int row = Arrays.binarySearch(ids, source.id(slot));
            source.vector(slot, vector);
            rows.set(row, vector);
            for (int column = 0; column < columns.length; column++) {
                columns[column][row] = source.value(column, slot);
            }
        }
    }

    private static int[] kept(int count, IntPredicate keeps) {
        int[] kept = new int[count];
        int size = 0;
        for (int i = 0; i < count; i++) {
            if (keeps.test(i)) {
                kept[size++] = i;
            }
        }
        return Arrays.copyOf(kept, size);
    }
}
