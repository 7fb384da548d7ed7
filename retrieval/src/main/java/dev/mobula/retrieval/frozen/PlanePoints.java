package dev.mobula.retrieval.frozen;

import dev.mobula.retrieval.vectors.VectorRows;
import java.util.SplittableRandom;

/// Finds, for each pair of dimensions, the sixteen points that what is left of the rows lies nearest to.
final class PlanePoints {
    private static final int SAMPLE = 20_000;
    private static final int ROUNDS = 12;

    private final GraphSpec spec;
    private final int length;
    private final float[][] rests;

    PlanePoints(VectorRows rows, float[][] centres, int[] homes, GraphSpec spec) {
        this.spec = spec;
        length = rows.layout().length();
        SplittableRandom random = new SplittableRandom(spec.seed() + 1);
        rests = new float[Math.min(rows.count(), SAMPLE)][length];
        for (int i = 0; i < rests.length; i++) {
            int row = rests.length == rows.count() ? i : random.nextInt(rows.count());
            rows.get(row, rests[i]);
            for (int j = 0; j < length; j++) {
                rests[i][j] -= centres[homes[row]][j];
            }
        }
    }

    /// For each plane sixteen first coordinates, then sixteen second ones.
    float[] find(BuildProgress progress) {
        float[] points = new float[Leaves.pointFloats(length)];
        ParallelRows.forEach(
                "points",
                0,
                length / Leaves.PLANE,
                spec.threads(),
                progress,
                () -> plane -> find(points, plane));
        return points;
    }

    private void find(float[] points, int plane) {
        int from = Leaves.pointAt(plane, 0);
        int x = plane * Leaves.PLANE;
        SplittableRandom random = new SplittableRandom(spec.seed() + plane);
        for (int point = 0; point < Leaves.POINTS; point++) {
            float[] rest = rests[random.nextInt(rests.length)];
            points[from + point] = rest[x];
            points[from + Leaves.POINTS + point] = rest[x + 1];
        }
        for (int round = 0; round < ROUNDS; round++) {
            double[] sums = new double[Leaves.PLANE * Leaves.POINTS];
            int[] counts = new int[Leaves.POINTS];
            for (float[] rest : rests) {
                int point = nearest(points, from, rest[x], rest[x + 1]);
                counts[point]++;
                sums[point] += rest[x];
                sums[Leaves.POINTS + point] += rest[x + 1];
            }
            for (int i = 0; i < sums.length; i++) {
                if (counts[i % Leaves.POINTS] > 0) {
                    points[from + i] = (float) (sums[i] / counts[i % Leaves.POINTS]);
                }
            }
        }
    }

    private static int nearest(float[] points, int from, float x, float y) {
        int best = 0;
        float least = Float.POSITIVE_INFINITY;
        for (int point = 0; point < Leaves.POINTS; point++) {
            float left = x - points[from + point];
            float right = y - points[from + Leaves.POINTS + point];
            float square = left * left + right * right;
            if (square < least) {
                least = square;
                best = point;
            }
        }
        return best;
    }
}
