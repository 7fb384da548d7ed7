package dev.mobula.training.closedloop;

import dev.mobula.ranking.features.ItemColumns;
import dev.mobula.ranking.model.LayerGraph;
import dev.mobula.ranking.model.Ranker;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.ScoredBatch;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.model.packed.PackedScorer;
import dev.mobula.ranking.value.ValueExpression;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.shard.IndexShard;
import dev.mobula.retrieval.shard.IndexSpec;
import dev.mobula.retrieval.shard.SearchOptions;
import dev.mobula.retrieval.vectors.Metric;
import java.nio.file.Path;
import java.util.function.LongSupplier;

/// A model at work: its index of item vectors and its ranker.
final class Serving implements AutoCloseable {
    /// What a candidate is worth, in the ranker's heads.
    static final String VALUE =
            "0.2 * click + 0.5 * dwell + like + 2 * reply + 3 * follow - 4 * hide - 15 * report";

    private static final int WIDTH = 200;
    private static final int LIVE_SPARE = 4_096;

    private final IndexShard index;
    private final Ranker ranker;
    private final Ranker.Session session;
    private final EngineModel.Encoder encoder;
    private final ValueExpression value;

    private Serving(EngineModel model, IndexShard index, int candidatesMax) {
        this.index = index;
        RankingModel ranking = model.ranker();
        LayerGraph graph = ranking.graph().orElseThrow();
        ranker =
                new Ranker(
                        ranking,
                        PackedScorer.of(
                                graph,
                                ranking.layout().sharedWidth(),
                                ranking.weights(),
                                Kernels.ofThisMachine()));
        session = ranker.open(candidatesMax);
        encoder = model.encoder();
        value = ValueExpression.parse(VALUE, ranking.headNames());
    }

    static Serving open(
            EngineModel model, Path folder, LongSupplier nanoClock, int candidatesMax, int items) {
        int live = 2 * items + LIVE_SPARE;
        IndexSpec spec =
                IndexSpec.of(Metric.COSINE, TowerTask.DIMENSION, AttributeSchema.NONE)
                        .withLive(live, live / 2);
        IndexShard index = IndexShard.open(folder, spec, nanoClock, Runnable::run);
        boolean opened = false;
        try {
            Serving serving = new Serving(model, index, candidatesMax);
            opened = true;
            return serving;
        } finally {
            if (!opened) {
                index.close();
            }
        }
    }

    void put(int item, int[] storedItem, long nowSeconds) {
        index.upsert(item, encoder.item(storedItem, nowSeconds), Attributes.NONE);
    }

    void delete(int item) {
        index.delete(item);
    }

    long[] nearest(int[] storedUser, int count, long nowSeconds) {
        float[] query = encoder.user(storedUser, nowSeconds);
        return index.search(query, count, SearchOptions.DEFAULT.withEf(WIDTH)).ids();
    }

    /// Candidates that could be scored, and what each is worth.
    @SuppressWarnings("ArrayRecordComponent") // one request's numbers, handed over whole
    record Valued(long[] ids, double[] values) {}

    Valued values(int[] storedUser, ItemColumns columns, long[] candidates, long nowSeconds) {
        ScoredBatch scored = session.rank(storedUser, columns, candidates, nowSeconds);
        double[] heads = new double[scored.scores().length];
        for (int i = 0; i < heads.length; i++) {
            heads[i] = scored.scores()[i];
        }
        return new Valued(scored.ids(), value.values(heads, scored.heads().size()));
    }

    @Override
    public void close() {
        session.close();
        ranker.close();
        index.close();
    }
}
