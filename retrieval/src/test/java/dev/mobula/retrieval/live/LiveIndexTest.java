package dev.mobula.retrieval.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Attributes;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.frozen.Points;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.TopHits;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class LiveIndexTest {
    private static final int DIMENSION = 16;

    @Test
    void theGraphFindsNearlyAllTrueNeighboursUnderEveryMetric() {
        for (Metric metric : Metric.values()) {
            SplittableRandom random = new SplittableRandom(1);
            Points points = Points.clustered(random, metric, 4000, DIMENSION);
            LiveIndex index = filled(metric, points);
            double recall = 0;
            for (int i = 0; i < 50; i++) {
                float[] query = points.query(random);
                long[] found = search(index, query, 10, Filter.EVERYTHING);
                int[] rows = LongStream.of(found).mapToInt(id -> (int) id).toArray();
                recall += Points.recall(points.nearest(query, 10, row -> true), rows);
            }
            assertThat(recall / 50).as(metric.name()).isGreaterThan(.95);
        }
    }

    @Test
    void aFilterIsExact() {
        SplittableRandom random = new SplittableRandom(2);
        Points points = Points.clustered(random, Metric.COSINE, 4000, DIMENSION);
        LiveIndex index = filled(Metric.COSINE, points);
        float[] query = points.query(random);
        long[] found = search(index, query, 10, Filter.oneOf("parity", 1));
        int[] rows = LongStream.of(found).mapToInt(id -> (int) id).toArray();
        assertThat(rows).isEqualTo(points.nearest(query, 10, row -> row % 2 == 1));
    }

    @Test
    void aDeletedVectorIsNotFoundThroughTheGraphEither() {
        SplittableRandom random = new SplittableRandom(3);
        Points points = Points.clustered(random, Metric.COSINE, 3000, DIMENSION);
        LiveIndex index = filled(Metric.COSINE, points);
        for (int row = 0; row < 3000; row += 2) {
            assertThat(index.remove(row)).isTrue();
        }
        assertThat(index.size()).isEqualTo(1500);
        for (int i = 0; i < 50; i++) {
            long[] found = search(index, points.vector(2 * i), 50, Filter.EVERYTHING);
            assertThat(LongStream.of(found).boxed()).hasSize(50).allMatch(id -> id % 2 == 1);
        }
    }

    @Test
    void everyWriteTakesASlotAndTheLastOneIsTheLast() {
        LiveIndex index = new LiveIndex(Metric.COSINE, 2, AttributeSchema.NONE, 3);
        float[] vector = Metric.COSINE.prepared("v", new float[] {1, 2}, 2);
        for (int i = 0; i < 3; i++) {
            assertThat(index.put(9, vector, Attributes.NONE)).isTrue();
        }
        assertThat(index.put(9, vector, Attributes.NONE)).isFalse();
        assertThat(index.size()).isEqualTo(1);
        assertThat(search(index, vector, 5, Filter.EVERYTHING)).containsExactly(9);
    }

    private static LiveIndex filled(Metric metric, Points points) {
        LiveIndex index = new LiveIndex(metric, DIMENSION, AttributeSchema.of("parity"), 5000);
        for (int row = 0; row < points.count(); row++) {
            index.put(row, points.vector(row), new Attributes(row % 2));
        }
        return index;
    }

    private static long[] search(LiveIndex index, float[] query, int k, Filter filter) {
        TopHits hits = new TopHits(k);
        index.search(query, k, 200, filter, hits);
        return hits.ids();
    }
}
