package dev.mobula.retrieval.frozen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.testing.Seeds;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// No damage to a file goes unnoticed, and none harms the reader.
final class SnapshotFuzzTest {
    private static final int ROWS = 150;
    private static final int DIMENSION = 9;
    private static final int SECTIONS = SnapshotHeader.Section.values().length;
    private static final int SECTION_BYTES = 24;

    @TempDir static Path folder;
    private static final List<byte[]> INTACT = new ArrayList<>();

    @BeforeAll
    static void write() throws IOException {
        write(Metric.SQUARED_L2);
        write(Metric.COSINE);
    }

    private static void write(Metric metric) throws IOException {
        Points points = Points.clustered(new SplittableRandom(1), metric, ROWS, DIMENSION);
        Path file = folder.resolve("intact");
        long[] ids = LongStream.range(0, ROWS).map(i -> i * 31 - 500).toArray();
        long[][] columns = {ids.clone()};
        try (Arena arena = Arena.ofShared()) {
            SnapshotContent content =
                    new SnapshotContent(
                            metric,
                            points.rows(arena, DIMENSION),
                            ids,
                            AttributeSchema.of("author"),
                            columns,
                            5);
            SnapshotBuilder.build(file, content, new GraphSpec(4, 20, 1, 1), BuildProgress.SILENT);
        }
        INTACT.add(Files.readAllBytes(file));
    }

    @Test
    void theIntactFilePasses() throws IOException {
        for (byte[] intact : INTACT) {
            assertThat(damageFound(intact)).isFalse();
        }
    }

    @Test
    void everyFlippedBitIsFound() {
        Seeds.forAll(
                1500,
                random -> {
                    byte[] intact = any(random);
                    byte[] damaged = intact.clone();
                    int at = random.nextInt(damaged.length);
                    damaged[at] ^= (byte) (1 << random.nextInt(8));
                    assertThat(damageFound(damaged)).as("byte %d", at).isTrue();
                });
    }

    @Test
    void everyTruncationIsFound() {
        Seeds.forAll(
                400,
                random -> {
                    byte[] intact = any(random);
                    byte[] part = Arrays.copyOf(intact, random.nextInt(intact.length));
                    assertThat(damageFound(part)).isTrue();
                });
    }

    @Test
    void everyAppendedByteIsFound() {
        Seeds.forAll(
                20,
                random -> {
                    byte[] intact = any(random);
                    int length = intact.length + 1 + random.nextInt(9999);
                    assertThat(damageFound(Arrays.copyOf(intact, length))).isTrue();
                });
    }

    @Test
    void aHeaderThatLiesUnderARightChecksumHarmsNobody() {
        Seeds.forAll(
                3000,
                random -> {
                    byte[] intact = any(random);
                    byte[] damaged = intact.clone();
                    int at = 8 + random.nextInt(56 + SECTION_BYTES * SECTIONS);
                    damaged[at] = (byte) random.nextInt();
                    resign(damaged);
                    damageFound(damaged);
                });
    }

    @Test
    void structureThatLiesUnderRightChecksumsHarmsNobody() {
        Seeds.forAll(
                1500,
                random -> {
                    byte[] intact = any(random);
                    byte[] damaged = intact.clone();
                    int at = random.nextInt(SnapshotHeader.BYTES, intact.length);
                    damaged[at] = (byte) random.nextInt();
                    resignSections(damaged);
                    resign(damaged);
                    damageFound(damaged);
                });
    }

    /* Whether opening or verifying refuses, in the one way it may; what opens is searched. */
    private static boolean damageFound(byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve("damaged"), bytes);
        try (FrozenIndex index = FrozenIndex.open(file)) {
            float[] query = new float[index.layout().length()];
            Arrays.fill(query, .3f);
            index.searcher(() -> 0).search(query, 10, 50, FrozenSearcher.NO_DEADLINE);
            index.row(17);
            index.verify();
            return false;
        } catch (RetrievalException refused) {
            if (refused.code() != RetrievalException.Code.CORRUPT) {
                fail("refused as " + refused.code(), refused);
            }
            assertThat(refused).hasMessageContaining("damaged");
            return true;
        }
    }

    private static byte[] any(SplittableRandom random) {
        return INTACT.get(random.nextInt(INTACT.size()));
    }

    private static void resign(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, SnapshotHeader.BYTES - 4);
        little(bytes).putInt(SnapshotHeader.BYTES - 4, (int) crc.getValue());
    }

    private static void resignSections(byte[] bytes) {
        ByteBuffer header = little(bytes);
        for (int i = 0; i < SECTIONS; i++) {
            int at = 64 + SECTION_BYTES * i;
            CRC32C crc = new CRC32C();
            crc.update(bytes, (int) header.getLong(at + 8), (int) header.getLong(at + 16));
            header.putInt(at + 4, (int) crc.getValue());
        }
    }

    private static ByteBuffer little(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
