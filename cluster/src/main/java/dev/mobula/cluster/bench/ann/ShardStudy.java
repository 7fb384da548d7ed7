package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.shard.IndexShard;
import dev.mobula.retrieval.shard.IndexSpec;
import dev.mobula.retrieval.shard.SearchOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/// Whole shards on a sample of the vectors: four against one, half of the items replaced, the rate of inserts.
final class ShardStudy {
    private static final int SHARDS = 4;
    private static final int EF = 40;
    private static final double RECALL_LOST_MAX = .01;

    /// Four shards at equal width look wider in sum, so they must not be worse; a hit or two is chance.
    private static final double CHANCE = .001;

    private final AnnData data;
    private final Path folder;
    private final int threads;

    ShardStudy(AnnData data, Path folder, int threads) {
        this.data = data;
        this.folder = folder;
        this.threads = threads;
    }

    void report(Report report) throws IOException {
        AnnSet.clear(folder);
        int half = data.count() / 2;
        double insertsPerSecond;
        double replaced;
        double frozen;
        try (IndexShard shard = open("replaced")) {
            Stopwatch time = new Stopwatch();
            insert(shard, row -> data.vectors()[data.count() - 1 - row], 0, half);
            insertsPerSecond = half / (time.micros() / 1e6);
            insert(shard, row -> data.vectors()[row], half, data.count());
            shard.compact(BuildProgress.SILENT);
            insert(shard, row -> data.vectors()[row], 0, half);
            replaced = recall(List.of(shard));
            shard.compact(BuildProgress.SILENT);
            frozen = recall(List.of(shard));
        }
        double fresh;
        try (IndexShard shard = open("fresh")) {
            insert(shard, row -> data.vectors()[row], 0, data.count());
            shard.compact(BuildProgress.SILENT);
            fresh = recall(List.of(shard));
            new EventStudy(shard, data, EF).report(report);
        }
        double four = recallOfFour();
        AnnSet.clear(folder);
        report.table(
                "shards of " + data.count() + " vectors at ef " + EF,
                Table.of("state", "recall@10")
                        .row("built fresh", fresh)
                        .row("half replaced, before compaction", replaced)
                        .row("half replaced, compacted", frozen)
                        .row(SHARDS + " shards, merged", four));
        report.figure("insert_per_cpu_second", insertsPerSecond);
        report.check(
                Check.atMost(
                        "recall lost after half was replaced",
                        fresh - Math.min(replaced, frozen),
                        "",
                        RECALL_LOST_MAX));
        report.check(Check.atLeast("recall of four shards over one", four - fresh, "", -CHANCE));
    }

    private double recallOfFour() throws IOException {
        List<IndexShard> shards = new ArrayList<>();
        try {
            for (int i = 0; i < SHARDS; i++) {
                IndexShard shard = open("shard-" + i);
                shards.add(shard);
            }
            for (int row = 0; row < data.count(); row++) {
                IndexShard shard = shards.get(row % SHARDS);
                shard.upsert(row, raw(data.vectors()[row]), Attributes.NONE);
            }
            shards.forEach(shard -> shard.compact(BuildProgress.SILENT));
            return recall(shards);
        } finally {
            shards.forEach(IndexShard::close);
        }
    }

    private void insert(IndexShard shard, IntFunction<float[]> vectors, int from, int to) {
        for (int row = from; row < to; row++) {
            shard.upsert(row, raw(vectors.apply(row)), Attributes.NONE);
        }
    }

    private double recall(List<IndexShard> shards) {
        SearchOptions options = SearchOptions.DEFAULT.withEf(EF);
        double recall = 0;
        for (int query = 0; query < data.queries().length; query++) {
            float[] vector = raw(data.queries()[query]);
            List<Hits> answers = new ArrayList<>();
            for (IndexShard shard : shards) {
                answers.add(shard.search(vector, AnnData.K, options));
            }
            Hits hits = Hits.merge(answers, AnnData.K);
            int[] found = Arrays.stream(hits.ids()).mapToInt(id -> (int) id).toArray();
            recall += data.recall(query, found, found.length);
        }
        return recall / data.queries().length;
    }

    private float[] raw(float[] prepared) {
        return Arrays.copyOf(prepared, data.dimension());
    }

    private IndexShard open(String name) {
        IndexSpec spec =
                IndexSpec.of(data.metric(), data.dimension(), AttributeSchema.NONE)
                        .withGraph(GraphSpec.defaults(threads))
                        .withLive(data.count(), data.count());
        return IndexShard.open(folder.resolve(name), spec, System::nanoTime, task -> {});
    }
}
