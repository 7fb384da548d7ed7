package dev.mobula.cluster.bench.ann;

import com.github.jelmerk.hnswlib.core.DistanceFunction;
import com.github.jelmerk.hnswlib.core.DistanceFunctions;
import com.github.jelmerk.hnswlib.core.Item;
import com.github.jelmerk.hnswlib.core.SearchResult;
import com.github.jelmerk.hnswlib.core.hnsw.HnswIndex;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.vectors.Metric;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// hnswlib-core as it comes: its own distances, its own search.
final class HnswlibCoreContender implements Contender {
    private static final int PROGRESS_ITEMS = 500;
    private static final int STEP_ITEMS = 20_000;

    private final AnnData data;
    private final HnswIndex<Integer, float[], Point, Float> index;
    private final int[] found = new int[AnnData.K];

    /// One vector as the library wants it.
    @SuppressWarnings("ArrayRecordComponent")
    private record Point(Integer id, float[] vector) implements Item<Integer, float[]> {
        private static final long serialVersionUID = 1L;

        @Override
        public int dimensions() {
            return vector.length;
        }
    }

    private HnswlibCoreContender(AnnData data, HnswIndex<Integer, float[], Point, Float> index) {
        this.data = data;
        this.index = index;
    }

    /// Loads the index built before, or builds and keeps it; a build that was cut off goes on.
    static HnswlibCoreContender open(AnnData data, Path folder, BenchContext context)
            throws IOException, InterruptedException {
        Path file = folder.resolve("hnswlib-core.index");
        if (Files.exists(file)) {
            return new HnswlibCoreContender(data, HnswIndex.load(file));
        }
        DistanceFunction<float[], Float> distance =
                data.metric() == Metric.SQUARED_L2
                        ? DistanceFunctions.FLOAT_EUCLIDEAN_DISTANCE
                        : DistanceFunctions.FLOAT_INNER_PRODUCT;
        Path part = folder.resolve("hnswlib-core.part");
        HnswIndex<Integer, float[], Point, Float> index =
                Files.exists(part)
                        ? HnswIndex.load(part)
                        : HnswIndex.newBuilder(data.dimension(), distance, data.count())
                                .withM(GraphSpec.DEFAULT_LINKS)
                                .withEfConstruction(GraphSpec.DEFAULT_EF_CONSTRUCTION)
                                .build();
        try (Progress progress = context.progress("hnswlib-core", data.count())) {
            progress.step(index.size());
            while (index.size() < data.count()) {
                add(index, data, progress);
                save(index, part);
            }
        }
        Files.move(part, file);
        return new HnswlibCoreContender(data, index);
    }

    /* The next rows, about half a minute's work: what a run that is cut off may lose. */
    private static void add(
            HnswIndex<Integer, float[], Point, Float> index, AnnData data, Progress progress)
            throws InterruptedException {
        List<Point> points = new ArrayList<>();
        int end = Math.min(data.count(), index.size() + STEP_ITEMS);
        for (int row = index.size(); row < end; row++) {
            points.add(new Point(row, Arrays.copyOf(data.vectors()[row], data.dimension())));
        }
        index.addAll(
                points,
                Runtime.getRuntime().availableProcessors(),
                (done, total) -> progress.step(PROGRESS_ITEMS),
                PROGRESS_ITEMS);
    }

    private static void save(HnswIndex<Integer, float[], Point, Float> index, Path part)
            throws IOException {
        Path temporary = part.resolveSibling(part.getFileName() + ".tmp");
        index.save(temporary);
        Files.move(
                temporary,
                part,
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public String name() {
        return "hnswlib-core";
    }

    @Override
    public int[] knobs() {
        return MobulaContender.efs();
    }

    @Override
    public Run run(int ef) {
        index.setEf(ef);
        double recall = 0;
        double micros = 0;
        for (int query = 0; query < data.queries().length; query++) {
            float[] vector = Arrays.copyOf(data.queries()[query], data.dimension());
            Stopwatch time = new Stopwatch();
            List<SearchResult<Point, Float>> results = index.findNearest(vector, AnnData.K);
            micros += time.micros();
            for (int i = 0; i < results.size(); i++) {
                found[i] = results.get(i).item().id();
            }
            recall += data.recall(query, found, results.size());
        }
        return new Run(recall / data.queries().length, micros / data.queries().length);
    }

    @Override
    public void close() {
        // Nothing but memory.
    }
}
