package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.frozen.SnapshotBuilder;
import dev.mobula.retrieval.frozen.SnapshotContent;
import dev.mobula.retrieval.frozen.Structure;
import dev.mobula.retrieval.vectors.VectorRows;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// Builds the benchmark's snapshot: ids are row numbers, and two attributes run from 0 to 999.
///
/// `dice` is drawn at random; `region` follows the vectors, in steps of equal size along their first coordinate.
final class AnnIndex {
    static final AttributeSchema SCHEMA = AttributeSchema.of("dice", "region");
    static final int STEPS = 1000;

    private AnnIndex() {}

    static void build(AnnData data, Path file, Structure structure, BenchContext context) {
        try (Arena arena = Arena.ofShared();
                Progress progress = context.progress("mobula", data.count())) {
            VectorRows rows = VectorRows.create(arena, data.dimension(), data.count());
            for (int row = 0; row < data.count(); row++) {
                rows.set(row, data.vectors()[row]);
            }
            SnapshotContent content =
                    new SnapshotContent(
                            data.metric(),
                            rows,
                            LongStream.range(0, data.count()).toArray(),
                            SCHEMA,
                            new long[][] {dice(data.count()), regions(data)},
                            0);
            int threads = Runtime.getRuntime().availableProcessors();
            SnapshotBuilder.build(
                    file, content, structure, GraphSpec.defaults(threads), shown(progress));
        }
    }

    static long[] dice(int count) {
        return new SplittableRandom(3).longs(count, 0, STEPS).toArray();
    }

    static long[] regions(AnnData data) {
        Integer[] order = IntStream.range(0, data.count()).boxed().toArray(Integer[]::new);
        Arrays.sort(order, (a, b) -> Float.compare(data.vectors()[a][0], data.vectors()[b][0]));
        long[] regions = new long[data.count()];
        for (int place = 0; place < order.length; place++) {
            regions[order[place]] = (long) STEPS * place / order.length;
        }
        return regions;
    }

    private static BuildProgress shown(Progress progress) {
        AtomicLong reported = new AtomicLong();
        return (stage, done, total) -> {
            if (stage.equals("graph") || stage.equals("leaves")) {
                long before = reported.getAndAccumulate(done, Math::max);
                progress.step(Math.max(0, done - before));
            }
        };
    }
}
