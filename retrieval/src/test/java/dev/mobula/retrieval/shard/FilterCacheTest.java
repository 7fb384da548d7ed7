package dev.mobula.retrieval.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.frozen.BuildProgress;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.GraphSpec;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.testing.Seeds;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.roaringbitmap.longlong.Roaring64Bitmap;

final class FilterCacheTest {
    private static final int DIMENSION = 6;
    private static final int ROWS = 400;

    @TempDir private Path folder;
    private Path snapshot = Path.of("");

    @BeforeEach
    void write() {
        IndexSpec spec =
                IndexSpec.of(Metric.COSINE, DIMENSION, AttributeSchema.of("language", "created"))
                        .withGraph(new GraphSpec(8, 40, 1, 1));
        SplittableRandom random = new SplittableRandom(1);
        try (IndexShard shard = IndexShard.open(folder, spec, () -> 0, task -> {})) {
            for (long id = 0; id < ROWS; id++) {
                shard.upsert(
                        id, ShardModel.vector(random, DIMENSION), new Attributes(id % 5, id * 10));
            }
            shard.compact(BuildProgress.SILENT);
            snapshot = shard.stats().snapshot();
        }
    }

    @Test
    void whatIsRememberedIsWhatTheFilterAccepts() {
        try (FrozenIndex index = FrozenIndex.open(snapshot)) {
            FilterCache cache = new FilterCache(index);
            Seeds.forAll(
                    60,
                    random -> {
                        Filter filter = filter(random);
                        long dead = random.nextLong(ROWS);
                        for (int time = 0; time < 3; time++) {
                            var accepted = cache.accepted(filter, row -> index.id(row) != dead);
                            for (int row = 0; row < ROWS; row++) {
                                assertThat(accepted.test(row))
                                        .as("time %d, row %d", time, row)
                                        .isEqualTo(
                                                passes(filter, index, row)
                                                        && index.id(row) != dead);
                            }
                        }
                    });
        }
    }

    private static Filter filter(SplittableRandom random) {
        Filter language = Filter.oneOf("language", random.nextInt(6));
        Filter created = Filter.atLeast("created", random.nextInt(5_000));
        return random.nextBoolean()
                ? Filter.all(language, created)
                : Filter.any(Filter.not(language), created);
    }

    private static boolean passes(Filter filter, FrozenIndex index, int row) {
        return switch (filter) {
            case Filter.All(var parts) -> parts.stream().allMatch(p -> passes(p, index, row));
            case Filter.Any(var parts) -> parts.stream().anyMatch(p -> passes(p, index, row));
            case Filter.Not(var part) -> !passes(part, index, row);
            case Filter.OneOf(var _, var values) -> values.contains(index.value(0, row));
            case Filter.Between(var _, long min, long max) ->
                    min <= index.value(1, row) && index.value(1, row) <= max;
            case Filter.Everything _, Filter.IdIn _, Filter.AnyFlag _ ->
                    throw new IllegalStateException("not drawn");
        };
    }

    @Test
    void onlyWhatComesAgainIsKeptAndNoMoreThanTheLimit() {
        try (FrozenIndex index = FrozenIndex.open(snapshot)) {
            FilterCache cache = new FilterCache(index);
            for (int i = 0; i < 2_000; i++) {
                cache.accepted(Filter.atLeast("created", i), row -> true);
            }
            assertThat(cache.size()).isZero();
            for (int i = 0; i < 2_000; i++) {
                for (int time = 0; time < 2; time++) {
                    cache.accepted(Filter.atLeast("created", i), row -> true);
                }
            }
            assertThat(cache.size()).isEqualTo(256);
        }
    }

    @Test
    void aSetOfIdsBelongsToOnePersonAndIsNotKept() {
        try (FrozenIndex index = FrozenIndex.open(snapshot)) {
            FilterCache cache = new FilterCache(index);
            Filter mine = Filter.not(Filter.idIn(Roaring64Bitmap.bitmapOf(1, 2, 3)));
            for (int time = 0; time < 5; time++) {
                cache.accepted(Filter.all(mine, Filter.oneOf("language", 1)), row -> true);
            }
            assertThat(cache.size()).isZero();
        }
    }
}
