package dev.mobula.retrieval.shard;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.vectors.Metric;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongPredicate;

/// The plainest index: a table that is scanned.
final class ShardModel {
    private final Metric metric;
    private final Map<Long, float[]> vectors = new HashMap<>();

    ShardModel(Metric metric) {
        this.metric = metric;
    }

    void put(long id, float[] vector) {
        vectors.put(id, metric.prepared("vector", vector, vector.length));
    }

    boolean remove(long id) {
        return vectors.remove(id) != null;
    }

    int size() {
        return vectors.size();
    }

    long[] nearest(float[] query, int k) {
        return nearest(query, k, id -> true);
    }

    long[] nearest(float[] query, int k, LongPredicate passes) {
        float[] prepared = metric.prepared("query", query, query.length);
        return vectors.keySet().stream()
                .filter(passes::test)
                .sorted(
                        Comparator.comparingDouble(
                                id ->
                                        metric.distance(
                                                prepared, 0, vectors.get(id), 0, prepared.length)))
                .limit(k)
                .mapToLong(Long::longValue)
                .toArray();
    }

    /// A search that is wide enough to meet every row gives exactly the table's answer, with and without a filter.
    void check(SplittableRandom random, IndexShard shard) {
        float[] query = vector(random, 6);
        int k = 1 + random.nextInt(30);
        SearchOptions wide = SearchOptions.DEFAULT.withEf(500);
        assertThat(shard.search(query, k, wide).ids()).isEqualTo(nearest(query, k));
        long language = random.nextLong(3);
        Filter filter = Filter.oneOf("language", language);
        assertThat(shard.search(query, k, wide.withFilter(filter)).ids())
                .isEqualTo(nearest(query, k, id -> id % 3 == language));
    }

    static float[] vector(SplittableRandom random, int dimension) {
        float[] vector = new float[dimension];
        for (int i = 0; i < dimension; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }
}
