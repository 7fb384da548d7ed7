package dev.mobula.cluster.bench.ann;

import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.FrozenSearcher;

/// Mobula's frozen snapshot, memory-mapped, of one structure.
final class MobulaContender implements Contender {
    private static final int[] EFS = {
        10, 14, 20, 28, 40, 56, 80, 112, 160, 224, 320, 448, 640, 900, 1280, 1800, 2560
    };

    private final String name;
    private final AnnData data;
    private final FrozenIndex index;
    private final FrozenSearcher searcher;
    private final int[] found = new int[AnnData.K];

    MobulaContender(String name, AnnData data, FrozenIndex index) {
        this.name = name;
        this.data = data;
        this.index = index;
        searcher = index.searcher(System::nanoTime);
    }

    /// The widths that every graph is tried at.
    static int[] efs() {
        return EFS.clone();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int[] knobs() {
        return efs();
    }

    @Override
    public Run run(int ef) {
        Stopwatch time = new Stopwatch();
        for (float[] query : data.queries()) {
            searcher.search(query, AnnData.K, ef, FrozenSearcher.NO_DEADLINE);
        }
        double micros = time.micros() / data.queries().length;
        return new Run(recall(ef), micros);
    }

    /// Distances and hops of one query at a width, on average.
    double[] work(int ef) {
        double distances = 0;
        double hops = 0;
        for (float[] query : data.queries()) {
            searcher.search(query, AnnData.K, ef, FrozenSearcher.NO_DEADLINE);
            distances += searcher.distances();
            hops += searcher.hops();
        }
        return new double[] {distances / data.queries().length, hops / data.queries().length};
    }

    @Override
    public void close() {
        // The index belongs to the benchmark.
    }

    private double recall(int ef) {
        double recall = 0;
        for (int query = 0; query < data.queries().length; query++) {
            int count =
                    searcher.search(
                            data.queries()[query], AnnData.K, ef, FrozenSearcher.NO_DEADLINE);
            for (int i = 0; i < count; i++) {
                found[i] = (int) index.id(searcher.row(i));
            }
            recall += data.recall(query, found, count);
        }
        return recall / data.queries().length;
    }
}
