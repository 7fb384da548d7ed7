package dev.mobula.retrieval.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.vectors.Metric;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Writers that each own some ids, readers that watch, and compactions without a pause.
final class IndexShardConcurrencyTest {
    private static final int DIMENSION = 8;
    private static final int WRITERS = 2;
    private static final int ROUNDS = 1500;
    private static final int IDS_PER_WRITER = 40;
    private static final SearchOptions WIDE = SearchOptions.DEFAULT.withEf(1000);

    @TempDir Path folder;

    @Test
    void everyWriterSeesItsOwnWritesWhileTheIndexIsRebuiltUnderIt() throws Exception {
        IndexSpec spec =
                IndexSpec.of(Metric.COSINE, DIMENSION, AttributeSchema.NONE)
                        .withGraph(new GraphSpec(8, 40, 1, 1))
                        .withLive(100_000, 100_000);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService pool = Executors.newCachedThreadPool();
        try (IndexShard shard = IndexShard.open(folder, spec, () -> 0, task -> {})) {
            shard.upsert(-1, steady(), Attributes.NONE);
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < WRITERS; writer++) {
                writers.add(pool.submit(writer(shard, writer)));
            }
            List<Future<?>> others = new ArrayList<>();
            others.add(pool.submit(reader(shard, done)));
            others.add(pool.submit(compactor(shard, done)));
            for (Future<?> writer : writers) {
                writer.get(60, TimeUnit.SECONDS);
            }
            done.set(true);
            for (Future<?> other : others) {
                other.get(60, TimeUnit.SECONDS);
            }
            assertThat(shard.stats().compactions()).isPositive();
        } finally {
            done.set(true);
            pool.shutdownNow();
        }
    }

    private static Callable<Void> writer(IndexShard shard, int writer) {
        return () -> {
            SplittableRandom random = new SplittableRandom(writer);
            for (int round = 0; round < ROUNDS; round++) {
                long id = (long) writer * IDS_PER_WRITER + random.nextInt(IDS_PER_WRITER);
                float[] vector = ShardModel.vector(random, DIMENSION);
                shard.upsert(id, vector, Attributes.NONE);
                assertThat(shard.search(vector, 1, WIDE).ids()).containsExactly(id);
                if (random.nextInt(3) == 0) {
                    assertThat(shard.delete(id)).isTrue();
                    assertThat(shard.search(vector, 300, WIDE).ids()).doesNotContain(id);
                }
            }
            return null;
        };
    }

    /* What nobody writes is always there, and nothing is there twice. */
    private static Callable<Void> reader(IndexShard shard, AtomicBoolean done) {
        return () -> {
            while (!done.get()) {
                long[] ids = shard.search(steady(), 300, WIDE).ids();
                assertThat(ids).contains(-1);
                assertThat(LongStream.of(ids).distinct().count()).isEqualTo(ids.length);
            }
            return null;
        };
    }

    private static Callable<Void> compactor(IndexShard shard, AtomicBoolean done) {
        return () -> {
            do {
                shard.compact(BuildProgress.SILENT);
            } while (!done.get());
            return null;
        };
    }

    private static float[] steady() {
        float[] vector = new float[DIMENSION];
        vector[0] = 1;
        return vector;
    }
}
