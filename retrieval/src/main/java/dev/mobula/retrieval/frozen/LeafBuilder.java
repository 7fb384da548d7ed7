package dev.mobula.retrieval.frozen;

import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.retrieval.vectors.VectorRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;

/*
 * Lloyd's iterations on a sample give the leaves' centres. With n rows there are 1.75 sqrt(n) leaves: a query looks at
 * all centres and at a few leaves whole, so both must grow alike.
 *
 * The codes are chosen to keep dot products, not distances [1]: an error along the row itself changes the score of just
 * those queries that the row is a good answer to, so it weighs more than one across it. The weight is that of the
 * paper for a threshold of .2, and the choice goes plane by plane, each given the others, until none changes.
 *
 * Cost: sample * leaves * dimension multiply-adds for each round and as many once for all rows. The same vectors and
 * seed give the same leaves with any number of threads.
 *
 * [1] Guo et al.: Accelerating large-scale inference with anisotropic vector quantization, ICML 2020.
 */

/// Cuts rows into leaves of near ones and codes what is left of each row.
final class LeafBuilder {
    private static final Kernels KERNELS = Kernels.best();
    private static final double ROWS_PER_ROOT = .57;
    private static final int LEAF_ROWS_MIN = 64;
    private static final int SAMPLE_PER_LEAF = 64;
    private static final int ROUNDS = 8;
    private static final double THRESHOLD_SQUARED = .2 * .2;

    private final VectorRows rows;
    private final int length;
    private final GraphSpec spec;
    private final BuildProgress progress;
    private final SplittableRandom random;
    private float[][] centres;
    private float[] blocks = new float[0];
    private float[] halfSquares = new float[0];

    /// The leaves, and the old row of each new one.
    @SuppressWarnings("ArrayRecordComponent")
    record Built(Leaves leaves, int[] order) {}

    private LeafBuilder(VectorRows rows, GraphSpec spec, BuildProgress progress) {
        this.rows = rows;
        this.spec = spec;
        this.progress = progress;
        length = rows.layout().length();
        random = new SplittableRandom(spec.seed());
        centres = new float[leaves(rows.count())][];
    }

    static Built build(VectorRows rows, GraphSpec spec, BuildProgress progress) {
        return new LeafBuilder(rows, spec, progress).build();
    }

    /// Leaves of an index of so many rows.
    static int leaves(int rows) {
        return (int) Math.ceil(rows / Math.max(LEAF_ROWS_MIN, ROWS_PER_ROOT * Math.sqrt(rows)));
    }

    private Built build() {
        if (rows.count() == 0) {
            return new Built(Leaves.NONE, new int[0]);
        }
        int[] sample =
                (long) SAMPLE_PER_LEAF * centres.length >= rows.count()
                        ? all()
                        : random.ints((long) SAMPLE_PER_LEAF * centres.length, 0, rows.count())
                                .toArray();
        for (int leaf = 0; leaf < centres.length; leaf++) {
            centres[leaf] = anyRow();
        }
        for (int round = 0; round < ROUNDS; round++) {
            moveToMeans(sample, homes("leaves", sample));
        }
        int[] homes = homes("leaves", all());
        int[] starts = new int[centres.length + 1];
        for (int home : homes) {
            starts[home + 1]++;
        }
        Arrays.parallelPrefix(starts, Integer::sum);
        int[] order = new int[homes.length];
        int[] next = starts.clone();
        for (int row = 0; row < homes.length; row++) {
            order[next[homes[row]]++] = row;
        }
        float[] points = new PlanePoints(rows, centres, homes, spec).find(progress);
        return new Built(new Leaves(starts, blocks, points, codes(starts, order, points)), order);
    }

    private int[] all() {
        int[] all = new int[rows.count()];
        Arrays.setAll(all, i -> i);
        return all;
    }

    private float[] anyRow() {
        float[] row = new float[length];
        rows.get(random.nextInt(rows.count()), row);
        return row;
    }

    /* The nearest centre of each row. */
    private int[] homes(String stage, int[] wanted) {
        interleaveCentres();
        int[] homes = new int[wanted.length];
        ParallelRows.forEach(
                stage,
                0,
                wanted.length,
                spec.threads(),
                progress,
                () -> {
                    float[] row = new float[length];
                    float[] dots = new float[halfSquares.length];
                    return i -> {
                        rows.get(wanted[i], row);
                        KERNELS.dotBlocks(
                                row,
                                MemorySegment.ofArray(blocks),
                                0,
                                length,
                                dots.length / Kernels.PADDING,
                                dots);
                        homes[i] = nearest(dots);
                    };
                });
        return homes;
    }

    private int nearest(float[] dots) {
        int best = 0;
        for (int leaf = 1; leaf < centres.length; leaf++) {
            if (dots[leaf] - halfSquares[leaf] > dots[best] - halfSquares[best]) {
                best = leaf;
            }
        }
        return best;
    }

    private void interleaveCentres() {
        int padded = Leaves.centreBlocks(centres.length) * Kernels.PADDING;
        blocks = new float[padded * length];
        halfSquares = new float[padded];
        for (int leaf = 0; leaf < centres.length; leaf++) {
            float[] centre = centres[leaf];
            int block = leaf / Kernels.PADDING * Kernels.PADDING * length;
            for (int i = 0; i < length; i++) {
                blocks[block + i * Kernels.PADDING + leaf % Kernels.PADDING] = centre[i];
            }
            halfSquares[leaf] = KERNELS.dot(centre, 0, centre, 0, length) / 2;
        }
    }

    /* A centre that nothing is nearest to begins anew at some row. */
    private void moveToMeans(int[] sample, int[] homes) {
        float[][] sums = new float[centres.length][length];
        int[] counts = new int[centres.length];
        float[] row = new float[length];
        for (int i = 0; i < sample.length; i++) {
            rows.get(sample[i], row);
            float[] sum = sums[homes[i]];
            for (int j = 0; j < length; j++) {
                sum[j] += row[j];
            }
            counts[homes[i]]++;
        }
        for (int leaf = 0; leaf < sums.length; leaf++) {
            if (counts[leaf] == 0) {
                sums[leaf] = anyRow();
                continue;
            }
            for (int j = 0; j < length; j++) {
                sums[leaf][j] /= counts[leaf];
            }
        }
        centres = sums;
    }

    private byte[] codes(int[] starts, int[] order, float[] points) {
        int[] blockStarts = Leaves.blockStarts(starts);
        int blockBytes = Leaves.blockBytes(length);
        long bytes = (long) blockStarts[centres.length] * blockBytes;
        if (bytes > Integer.MAX_VALUE - 8) {
            throw invalid("rows", rows.count(), "is too many for one index: use more shards");
        }
        byte[] codes = new byte[(int) bytes];
        ParallelRows.forEach(
                "codes",
                0,
                centres.length,
                spec.threads(),
                progress,
                () -> {
                    Coder coder = new Coder(points);
                    return leaf -> {
                        for (int row = starts[leaf]; row < starts[leaf + 1]; row++) {
                            int place = row - starts[leaf];
                            int block = blockStarts[leaf] + place / Kernels.BLOCK_ROWS;
                            coder.choose(order[row], centres[leaf]);
                            coder.write(codes, block * blockBytes, place % Kernels.BLOCK_ROWS);
                        }
                    };
                });
        return codes;
    }

    /// One thread's choice of the codes of one row.
    private final class Coder {
        private static final int ROUNDS_MAX = 4;

        private final float[] points;
        private final float[] row = new float[length];
        private final float[] rest = new float[length];
        private final int[] chosen = new int[length / Leaves.PLANE];
        private double along;

        Coder(float[] points) {
            this.points = points;
        }

        void choose(int of, float[] centre) {
            rows.get(of, row);
            double squares = KERNELS.dot(row, 0, row, 0, length);
            double weight =
                    (rows.layout().dimension() - 1) * THRESHOLD_SQUARED / (1 - THRESHOLD_SQUARED);
            double alongWeight = squares == 0 ? 0 : Math.max(0, weight - 1) / squares;
            along = 0;
            for (int i = 0; i < length; i++) {
                rest[i] = row[i] - centre[i];
                along += rest[i] * row[i];
            }
            Arrays.fill(chosen, -1);
            improveAll(0);
            boolean changed = true;
            for (int round = 0; round < ROUNDS_MAX && changed; round++) {
                changed = improveAll(alongWeight);
            }
        }

        private boolean improveAll(double alongWeight) {
            boolean changed = false;
            for (int plane = 0; plane < chosen.length; plane++) {
                changed |= improve(plane, alongWeight);
            }
            return changed;
        }

        private boolean improve(int plane, double alongWeight) {
            int i = plane * Leaves.PLANE;
            int from = Leaves.pointAt(plane, 0);
            int before = chosen[plane];
            double x = rest[i];
            double y = rest[i + 1];
            double others = along - error(before, from, x, row[i], y, row[i + 1]);
            double best = Double.POSITIVE_INFINITY;
            for (int point = 0; point < Leaves.POINTS; point++) {
                double left = x - points[from + point];
                double right = y - points[from + Leaves.POINTS + point];
                double sum = others + left * row[i] + right * row[i + 1];
                double cost = left * left + right * right + alongWeight * sum * sum;
                if (cost < best) {
                    best = cost;
                    chosen[plane] = point;
                }
            }
            along = others + error(chosen[plane], from, x, row[i], y, row[i + 1]);
            return chosen[plane] != before;
        }

        private double error(int point, int from, double x, float alongX, double y, float alongY) {
            return point < 0
                    ? x * alongX + y * alongY
                    : (x - points[from + point]) * alongX
                            + (y - points[from + Leaves.POINTS + point]) * alongY;
        }

        /* Where each row's codes lie in a block: see the kernel that sums them. */
        void write(byte[] codes, int block, int place) {
            int at = block + 2 * (place % 8) + place / 8 % 2;
            int shift = place < Kernels.BLOCK_ROWS / 2 ? 0 : 4;
            for (int plane = 0; plane < chosen.length; plane++) {
                codes[at + plane * Leaves.POINTS] |= (byte) (chosen[plane] << shift);
            }
        }
    }
}
