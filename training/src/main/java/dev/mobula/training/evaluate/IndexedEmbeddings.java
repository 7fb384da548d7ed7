package dev.mobula.training.evaluate;

import dev.mobula.retrieval.collaborative.HistoryModel;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.shard.Hits;
import dev.mobula.retrieval.shard.IndexShard;
import dev.mobula.retrieval.shard.IndexSpec;
import dev.mobula.retrieval.shard.SearchOptions;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.training.TrainingException;
import dev.mobula.training.factor.ItemEmbedding;
import dev.mobula.training.factor.PersonEncoder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.LongSupplier;

/// A learned embedding as it is served: item vectors in the shards of an index, searched with a person's vector.
///
/// Only what the search returns has a score; the rest is not a number. What a history holds is asked for on top, since
/// callers leave it out.
public final class IndexedEmbeddings implements HistoryModel, AutoCloseable {
    private static final int WALK_MIN = 200;

    private final ItemEmbedding model;
    private final List<IndexShard> shards;
    private final int wanted;

    private IndexedEmbeddings(ItemEmbedding model, List<IndexShard> shards, int wanted) {
        this.model = model;
        this.shards = shards;
        this.wanted = wanted;
    }

    /// Puts item `i` into shard `i mod count`, each a folder of its own, and freezes them. To be closed.
    ///
    /// @param wanted how many items a caller ranks
    public static IndexedEmbeddings create(
            ItemEmbedding model, Path folder, int count, int wanted, LongSupplier nanoClock) {
        if (count < 1 || count > 64) {
            throw TrainingException.invalid("shards", count, "must be 1..64");
        }
        List<IndexShard> shards = new ArrayList<>();
        IndexedEmbeddings served = new IndexedEmbeddings(model, shards, wanted);
        boolean isReady = false;
        try {
            int perShard = Math.ceilDiv(model.items(), count);
            IndexSpec spec =
                    IndexSpec.of(Metric.INNER_PRODUCT, model.width(), AttributeSchema.NONE)
                            .withLive(perShard + 1, perShard + 1);
            for (int shard = 0; shard < count; shard++) {
                Path own = folder.resolve("shard-" + shard);
                shards.add(IndexShard.open(own, spec, nanoClock, Runnable::run));
                served.fill(shard, count);
            }
            isReady = true;
            return served;
        } finally {
            if (!isReady) {
                served.close();
            }
        }
    }

    private void fill(int shard, int count) {
        int size = (model.items() - shard + count - 1) / count;
        long[] ids = new long[size];
        float[][] vectors = new float[size][];
        for (int i = 0; i < size; i++) {
            int item = shard + i * count;
            ids[i] = item;
            vectors[i] = model.item(item);
        }
        List<Attributes> none = Collections.nCopies(size, Attributes.NONE);
        shards.get(shard).upsertAll(ids, vectors, none);
        shards.get(shard).compact(BuildProgress.SILENT);
    }

    @Override
    public int items() {
        return model.items();
    }

    @Override
    public Scorer scorer() {
        PersonEncoder encoder = model.encoder();
        float[] person = new float[model.width()];
        return (history, scores) -> {
            Arrays.fill(scores, 0, items(), Float.NaN);
            encoder.encode(history, person);
            int k = Math.min(IndexSpec.RESULTS_MAX, wanted + history.length);
            SearchOptions options = SearchOptions.DEFAULT.withEf(Math.max(WALK_MIN, 2 * k));
            List<Hits> answers = new ArrayList<>();
            for (IndexShard shard : shards) {
                answers.add(shard.search(person, k, options));
            }
            Hits hits = Hits.merge(answers, k);
            for (int i = 0; i < hits.size(); i++) {
                scores[(int) hits.ids()[i]] = hits.scores()[i];
            }
        };
    }

    @Override
    public void close() {
        shards.forEach(IndexShard::close);
    }
}
