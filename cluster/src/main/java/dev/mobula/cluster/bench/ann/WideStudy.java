package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.FrozenSearcher;
import dev.mobula.retrieval.frozen.Structure;
import dev.mobula.retrieval.vectors.TopHits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Many vectors over several shards, ours alone: building, memory, and recall and time of a query to all shards.
final class WideStudy {
    private static final double MILLION = 1e6;
    private static final double OPEN_SECONDS_PER_MILLION_MAX = 1;
    private static final int[] EFS = {40, 80, 160, 320, 640};

    private final AnnSet set;
    private final int shards;

    WideStudy(AnnSet set, int shards) {
        this.set = set;
        this.shards = shards;
    }

    void report(Report report, BenchContext context) throws IOException {
        List<FrozenIndex> indexes = new ArrayList<>();
        try {
            for (int shard = 0; shard < shards; shard++) {
                Path file = set.folder().resolve("shard-%d-of-%d.index".formatted(shard, shards));
                Structure structure = Structure.of(set.data().metric());
                AnnData rows = set.data().shard(shard, shards);
                indexes.add(AnnIndexes.open(rows, file, structure, context));
            }
            if (context.prepareOnly()) {
                report.figure("prepared", set.folder().toString());
                return;
            }
            reportShards(report, indexes);
            reportSearch(report, indexes);
        } finally {
            indexes.forEach(FrozenIndex::close);
        }
    }

    private void reportShards(Report report, List<FrozenIndex> indexes) throws IOException {
        double seconds = 0;
        double bytes = 0;
        double opening = 0;
        double verifying = 0;
        for (FrozenIndex index : indexes) {
            seconds += Double.parseDouble(Files.readString(AnnIndexes.times(index.file())));
            bytes += index.bytes() - index.attributeBytes();
            long start = System.nanoTime();
            FrozenIndex.open(index.file()).close();
            opening += (System.nanoTime() - start) / 1e6;
            start = System.nanoTime();
            index.verify();
            verifying += (System.nanoTime() - start) / 1e6;
        }
        double perVector = bytes / set.data().count();
        report.table(
                set.title() + " over " + shards + " shards",
                Table.of("built in s", "MB", "bytes a vector", "open ms", "verify ms")
                        .row(seconds, bytes / 1e6, perVector, opening, verifying));
        report.figure("build_seconds", seconds)
                .figure("megabytes", bytes / 1e6)
                .figure("bytes_per_vector", perVector)
                .figure("open_ms", opening)
                .check(
                        Check.atMost(
                                "opening a million vectors, every link verified",
                                opening / 1e3 * MILLION / set.data().count(),
                                "s",
                                OPEN_SECONDS_PER_MILLION_MAX));
    }

    private void reportSearch(Report report, List<FrozenIndex> indexes) {
        List<FrozenSearcher> searchers =
                indexes.stream().map(index -> index.searcher(System::nanoTime)).toList();
        Table table = Table.of("ef", "recall@10", "us, all shards, one thread");
        List<Map<String, Object>> figures = new ArrayList<>();
        for (int ef : EFS) {
            recall(indexes, searchers, ef);
            Stopwatch time = new Stopwatch();
            double recall = recall(indexes, searchers, ef);
            double micros = time.micros() / set.data().queries().length;
            table.row(ef, recall, micros);
            figures.add(new TreeMap<>(Map.of("ef", ef, "recall", recall, "us", micros)));
        }
        report.table("a query to all shards", table).figure("search", figures);
    }

    private double recall(List<FrozenIndex> indexes, List<FrozenSearcher> searchers, int ef) {
        AnnData data = set.data();
        double recall = 0;
        for (int query = 0; query < data.queries().length; query++) {
            TopHits top = new TopHits(AnnData.K);
            for (int shard = 0; shard < shards; shard++) {
                FrozenSearcher searcher = searchers.get(shard);
                int found =
                        searcher.search(
                                data.queries()[query], AnnData.K, ef, FrozenSearcher.NO_DEADLINE);
                for (int i = 0; i < found; i++) {
                    long id = indexes.get(shard).id(searcher.row(i)) * shards + shard;
                    top.offer(id, searcher.score(i));
                }
            }
            int[] ids = Arrays.stream(top.ids()).mapToInt(id -> (int) id).toArray();
            recall += data.recall(query, ids, ids.length);
        }
        return recall / data.queries().length;
    }
}
