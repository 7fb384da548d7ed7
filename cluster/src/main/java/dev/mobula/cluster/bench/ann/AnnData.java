package dev.mobula.cluster.bench.ann;

import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.TopHits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/*
 * Recommender-like: clusters whose sizes follow a power law (a few themes hold most items), lengths that are log-normal
 * (popular items are longer), and queries drawn from the same clusters as the items. The noise around a centre is a
 * little larger than the centre is long: clusters overlap, so that a graph of 16 links walked 80 wide finds .96 of the ten
 * nearest of 200,000 vectors of 64 dimensions.
 */

/// Vectors, queries and their true nearest neighbours, drawn from one seed.
@SuppressWarnings("ArrayRecordComponent")
record AnnData(Metric metric, int dimension, float[][] vectors, float[][] queries, int[][] truth) {
    /// Neighbours asked for.
    static final int K = 10;

    private static final double NOISE = 1.25;
    private static final double LENGTH_DEVIATION = .5;
    private static final int VECTORS_PER_CLUSTER = 400;
    private static final int QUERIES_TOGETHER = 16;

    static AnnData drawn(Metric metric, int count, int dimension, int queryCount, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[][] centres = new float[Math.max(1, count / VECTORS_PER_CLUSTER)][dimension];
        for (float[] centre : centres) {
            for (int i = 0; i < dimension; i++) {
                centre[i] = (float) random.nextGaussian();
            }
        }
        float[][] vectors = new float[count][];
        Arrays.setAll(vectors, i -> metric.prepared("vector", near(random, centres), dimension));
        float[][] queries = new float[queryCount][];
        Arrays.setAll(queries, i -> metric.prepared("query", near(random, centres), dimension));
        return new AnnData(metric, dimension, vectors, queries, truth(metric, vectors, queries));
    }

    /// The first vectors and all queries, with a truth of their own.
    AnnData first(int count) {
        if (count >= vectors.length) {
            return this;
        }
        float[][] some = Arrays.copyOf(vectors, count);
        return new AnnData(metric, dimension, some, queries, truth(metric, some, queries));
    }

    /// Of vectors and queries that were made elsewhere, prepared for the metric.
    static AnnData of(Metric metric, int dimension, float[][] vectors, float[][] queries) {
        return new AnnData(metric, dimension, vectors, queries, truth(metric, vectors, queries));
    }

    /// Every `shards`-th vector from `shard` on, without queries.
    AnnData shard(int shard, int shards) {
        float[][] some = new float[(vectors.length - shard + shards - 1) / shards][];
        Arrays.setAll(some, i -> vectors[i * shards + shard]);
        return new AnnData(metric, dimension, some, new float[0][], new int[0][]);
    }

    int count() {
        return vectors.length;
    }

    /// A checksum of all vectors and queries.
    String fingerprint() {
        CRC32C crc = new CRC32C();
        ByteBuffer bytes = ByteBuffer.allocate(4 * Kernels.padded(dimension));
        for (float[][] rows : new float[][][] {vectors, queries}) {
            for (float[] row : rows) {
                bytes.clear().asFloatBuffer().put(row);
                crc.update(bytes);
            }
        }
        return "%08x".formatted(crc.getValue());
    }

    /// Writes what a peer's process reads.
    void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        writeRows(folder.resolve("vectors.f32"), vectors);
        writeRows(folder.resolve("queries.f32"), queries);
        ByteBuffer bytes = ByteBuffer.allocate(truth.length * K * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (int[] rows : truth) {
            for (int row : rows) {
                bytes.putInt(row);
            }
        }
        Files.write(folder.resolve("truth.i32"), bytes.array());
    }

    /// Share of a query's true neighbours among the rows found.
    double recall(int query, int[] found, int count) {
        int hits = 0;
        for (int row : truth[query]) {
            for (int i = 0; i < count; i++) {
                hits += found[i] == row ? 1 : 0;
            }
        }
        return (double) hits / truth[query].length;
    }

    private void writeRows(Path file, float[][] rows) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4 * dimension).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer block = ByteBuffer.allocate(1 << 20);
            for (float[] row : rows) {
                bytes.clear().asFloatBuffer().put(row, 0, dimension);
                if (block.remaining() < bytes.capacity()) {
                    writeOut(channel, block);
                }
                block.put(bytes);
            }
            writeOut(channel, block);
        }
    }

    private static void writeOut(FileChannel channel, ByteBuffer block) throws IOException {
        block.flip();
        while (block.hasRemaining()) {
            channel.write(block);
        }
        block.clear();
    }

    private static float[] near(SplittableRandom random, float[][] centres) {
        double skewed = Math.pow(random.nextDouble(), 1.5);
        float[] centre = centres[(int) (skewed * centres.length)];
        double length = Math.exp(LENGTH_DEVIATION * random.nextGaussian());
        float[] vector = new float[centre.length];
        for (int i = 0; i < vector.length; i++) {
            vector[i] = (float) ((centre[i] + NOISE * random.nextGaussian()) * length);
        }
        return vector;
    }

    private static int[][] truth(Metric metric, float[][] vectors, float[][] queries) {
        int[][] truth = new int[queries.length][];
        int parts = (queries.length + QUERIES_TOGETHER - 1) / QUERIES_TOGETHER;
        IntStream.range(0, parts)
                .parallel()
                .forEach(
                        part -> {
                            int from = part * QUERIES_TOGETHER;
                            int to = Math.min(queries.length, from + QUERIES_TOGETHER);
                            float[][] some = Arrays.copyOfRange(queries, from, to);
                            int[][] nearest = nearest(metric, vectors, some);
                            System.arraycopy(nearest, 0, truth, from, nearest.length);
                        });
        return truth;
    }

    /* Several queries meet a vector while it is near. */
    private static int[][] nearest(Metric metric, float[][] vectors, float[][] queries) {
        TopHits[] tops = new TopHits[queries.length];
        Arrays.setAll(tops, query -> new TopHits(K));
        for (int row = 0; row < vectors.length; row++) {
            for (int query = 0; query < queries.length; query++) {
                float[] asked = queries[query];
                float score = -metric.distance(asked, 0, vectors[row], 0, asked.length);
                if (tops[query].admits(score)) {
                    tops[query].offer(row, score);
                }
            }
        }
        return Arrays.stream(tops)
                .map(top -> Arrays.stream(top.ids()).mapToInt(id -> (int) id).toArray())
                .toArray(int[][]::new);
    }

    /// Name of the kernels that computed the truth and the searches.
    static String kernels() {
        return Kernels.best().name();
    }
}
