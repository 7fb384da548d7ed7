package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.retrieval.collaborative.ImplicitFactors;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.training.data.InteractionFiles;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.Split;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Items and users of Gowalla as vectors whose inner product ranks, learned once by implicit least squares.
final class GowallaVectors {
    private static final int DIMENSION = 128;
    private static final int REJECTED_LINES_MAX = 0;
    private static final ImplicitFactors.Spec SPEC =
            new ImplicitFactors.Spec(DIMENSION, 12, .1f, .002f, 20);

    private GowallaVectors() {}

    /// The folder of the data, if there is one: the one given, or `shared/datasets/gowalla` beside the checkout.
    static Optional<Path> folder(@Nullable Path given, BenchContext context) {
        if (given != null) {
            return Optional.of(given);
        }
        for (Path at = context.checkout(); at != null; at = at.getParent()) {
            Path folder = at.resolve("shared").resolve("datasets").resolve("gowalla");
            if (Files.isDirectory(folder)) {
                return Optional.of(folder);
            }
        }
        return Optional.empty();
    }

    static AnnData load(Path folder, int queryCount, BenchContext context) throws IOException {
        Rejects rejects = new Rejects(REJECTED_LINES_MAX);
        Split split =
                Split.given(
                        InteractionFiles.readLists(
                                List.of(
                                        folder.resolve("train.txt.gz"),
                                        folder.resolve("test.txt.gz")),
                                rejects));
        int users = split.train().users();
        int items = split.train().items();
        String made =
                "gowalla-%d-%d-%s-%s-%d-%d-%d.f32"
                        .formatted(
                                DIMENSION,
                                SPEC.sweeps(),
                                SPEC.unobserved(),
                                SPEC.regularisation(),
                                SPEC.seed(),
                                users,
                                items);
        Path file = context.prepared().resolve(made);
        if (!Files.exists(file)) {
            write(file, ImplicitFactors.learn(split.train(), SPEC), users, items);
        }
        float[][] rows = read(file, users + items);
        float[][] vectors = Arrays.copyOfRange(rows, users, rows.length);
        float[][] queries = new float[queryCount][];
        SplittableRandom random = new SplittableRandom(SPEC.seed());
        Arrays.setAll(queries, i -> rows[random.nextInt(users)]);
        return AnnData.of(Metric.INNER_PRODUCT, DIMENSION, vectors, queries);
    }

    private static void write(Path file, ImplicitFactors factors, int users, int items)
            throws IOException {
        Files.createDirectories(file.getParent());
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try (FileChannel channel =
                FileChannel.open(
                        temporary,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            for (int row = 0; row < users + items; row++) {
                ByteBuffer bytes =
                        ByteBuffer.allocate(4 * DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
                bytes.asFloatBuffer()
                        .put(row < users ? factors.user(row) : factors.item(row - users));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static float[][] read(Path file, int count) throws IOException {
        FloatBuffer floats =
                ByteBuffer.wrap(Files.readAllBytes(file))
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .asFloatBuffer();
        float[][] rows = new float[count][DIMENSION];
        for (float[] row : rows) {
            floats.get(row);
        }
        return rows;
    }
}
