package dev.mobula.retrieval.frozen;

import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.VectorRows;
import java.lang.foreign.Arena;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/// Clustered vectors with varying lengths, queries near them, and the truth by brute force.
public final class Points {
    private final Metric metric;
    private final float[][] vectors;
    private final float[][] centres;

    private Points(Metric metric, float[][] vectors, float[][] centres) {
        this.metric = metric;
        this.vectors = vectors;
        this.centres = centres;
    }

    /// Vectors around `count / 50` centres, prepared for the metric.
    public static Points clustered(SplittableRandom random, Metric metric, int count, int dim) {
        float[][] centres = new float[Math.max(1, count / 50)][];
        Arrays.setAll(centres, i -> gaussian(random, new float[dim], 1));
        float[][] vectors = new float[count][];
        for (int i = 0; i < count; i++) {
            float[] vector = gaussian(random, centres[random.nextInt(centres.length)], .5f);
            float length = .5f + random.nextFloat() * 1.5f;
            for (int j = 0; j < dim; j++) {
                vector[j] *= length;
            }
            vectors[i] = metric.prepared("vector " + i, vector, dim);
        }
        return new Points(metric, vectors, centres);
    }

    public float[] query(SplittableRandom random) {
        float[] query = gaussian(random, centres[random.nextInt(centres.length)], .5f);
        return metric.prepared("query", query, query.length);
    }

    public Metric metric() {
        return metric;
    }

    public int count() {
        return vectors.length;
    }

    public float[] vector(int row) {
        return vectors[row];
    }

    public VectorRows rows(Arena arena, int dim) {
        VectorRows rows = VectorRows.create(arena, dim, vectors.length);
        for (int i = 0; i < vectors.length; i++) {
            rows.set(i, vectors[i]);
        }
        return rows;
    }

    public float score(float[] query, int row) {
        return -metric.distance(query, 0, vectors[row], 0, query.length);
    }

    /// The k nearest rows among those that pass.
    public int[] nearest(float[] query, int k, IntPredicate passes) {
        return IntStream.range(0, vectors.length)
                .filter(passes)
                .boxed()
                .sorted(Comparator.comparingDouble(row -> -score(query, row)))
                .limit(k)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    /// Share of the true rows that were found.
    public static double recall(int[] truth, int[] found) {
        Set<Integer> set = new HashSet<>();
        for (int row : found) {
            set.add(row);
        }
        return truth.length == 0
                ? 1
                : (double) IntStream.of(truth).filter(set::contains).count() / truth.length;
    }

    private static float[] gaussian(SplittableRandom random, float[] centre, float deviation) {
        float[] point = new float[centre.length];
        for (int i = 0; i < point.length; i++) {
            point[i] = centre[i] + deviation * (float) random.nextGaussian();
        }
        return point;
    }
}
