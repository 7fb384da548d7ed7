package dev.mobula.retrieval.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.RetrievalException.Code;
import dev.mobula.retrieval.files.WrittenFiles.Rows;
import dev.mobula.retrieval.filters.TextCode;
import dev.mobula.retrieval.frozen.SnapshotContent;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.testing.Seeds;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class VectorFileTest {
    private static final VectorColumns WITH_ATTRIBUTES =
            VectorColumns.DEFAULT.withAttributes(List.of("age", "flag"));

    @TempDir Path folder;

    @Test
    void arrowFilesGiveTheirRowsHoweverTheyAreBatchedAndPacked() {
        Seeds.forAll(
                12,
                random -> {
                    Rows rows = Rows.random(random, random.nextInt(1, 60), random.nextInt(1, 40));
                    CodecType codec =
                            random.nextBoolean() ? CodecType.ZSTD : CodecType.NO_COMPRESSION;
                    Path path =
                            WrittenFiles.arrow(
                                    folder.resolve("rows.arrow"),
                                    rows,
                                    random.nextInt(1, 70),
                                    random.nextBoolean(),
                                    codec);
                    assertHolds(path, rows, random.nextInt(1, 70));
                });
    }

    @Test
    void parquetFilesGiveTheirRowsHoweverTheyAreGroupedAndPacked() {
        Seeds.forAll(
                12,
                random -> {
                    Rows rows = Rows.random(random, random.nextInt(1, 200), random.nextInt(1, 90));
                    CompressionCodecName codec =
                            random.nextBoolean()
                                    ? CompressionCodecName.ZSTD
                                    : CompressionCodecName.UNCOMPRESSED;
                    Path path =
                            WrittenFiles.parquet(
                                    folder.resolve("rows.parquet"),
                                    rows,
                                    codec,
                                    random.nextInt(2_000, 100_000));
                    assertHolds(path, rows, random.nextInt(1, 220));
                    try (VectorFile file = VectorFile.open(path, WITH_ATTRIBUTES)) {
                        assertThat(file.rows()).hasValue(rows.ids().length);
                    }
                });
    }

    private static void assertHolds(Path path, Rows rows, int batchRows) {
        int row = 0;
        try (VectorFile file = VectorFile.open(path, WITH_ATTRIBUTES)) {
            VectorBatch batch = file.newBatch(batchRows);
            while (file.next(batch)) {
                for (int i = 0; i < batch.size(); i++, row++) {
                    assertThat(batch.id(i)).isEqualTo(rows.ids()[row]);
                    assertThat(batch.vector(i)).isEqualTo(rows.vectors()[row]);
                    assertThat(batch.attribute(i, 0)).isEqualTo(rows.age(row));
                    assertThat(batch.attribute(i, 1)).isEqualTo(rows.flag(row));
                }
            }
        }
        assertThat(row).isEqualTo(rows.ids().length);
    }

    @Test
    void numpyRowsHaveTheirNumberOrTheIdsOfASecondFile() throws Exception {
        Rows rows = Rows.random(new SplittableRandom(1), 700, 513);
        Path vectors = WrittenFiles.numpy(folder.resolve("v.npy"), rows);
        Path ids = WrittenFiles.numpyIds(folder.resolve("ids.npy"), rows);
        for (boolean given : new boolean[] {false, true}) {
            int row = 0;
            try (VectorFile file =
                    given
                            ? VectorFile.open(vectors, ids)
                            : VectorFile.open(vectors, VectorColumns.DEFAULT)) {
                assertThat(file.dimension()).isEqualTo(513);
                assertThat(file.rows()).hasValue(700);
                VectorBatch batch = file.newBatch(64);
                while (file.next(batch)) {
                    for (int i = 0; i < batch.size(); i++, row++) {
                        assertThat(batch.id(i)).isEqualTo(given ? rows.ids()[row] : row);
                        assertThat(batch.vector(i)).isEqualTo(rows.vectors()[row]);
                    }
                }
            }
            assertThat(row).isEqualTo(700);
        }
    }

    @Test
    void shortTextsAreReadAsTheirCodes() throws Exception {
        Rows rows = Rows.random(new SplittableRandom(7), 50, 3);
        CodecType packed = CodecType.ZSTD;
        for (Path path :
                List.of(
                        WrittenFiles.arrow(folder.resolve("t.arrow"), rows, 7, false, packed),
                        WrittenFiles.parquet(
                                folder.resolve("t.parquet"),
                                rows,
                                CompressionCodecName.ZSTD,
                                10_000))) {
            VectorColumns columns = VectorColumns.DEFAULT.withAttributes(List.of("language"));
            try (VectorFile file = VectorFile.open(path, columns)) {
                VectorBatch batch = file.newBatch(64);
                assertThat(file.next(batch)).isTrue();
                for (int row = 0; row < 50; row++) {
                    assertThat(TextCode.text(batch.attribute(row, 0)))
                            .isEqualTo(rows.language(row));
                }
            }
        }
    }

    @Test
    void aTableHoldsTheRowsOfItsFileWhateverItsFormat() throws Exception {
        Rows rows = Rows.random(new SplittableRandom(8), 70, 5);
        Path arrow =
                WrittenFiles.arrow(
                        folder.resolve("c.arrow"), rows, 9, true, CodecType.NO_COMPRESSION);
        Path parquet =
                WrittenFiles.parquet(
                        folder.resolve("c.parquet"), rows, CompressionCodecName.ZSTD, 5_000);
        for (Path path : List.of(arrow, parquet)) {
            try (Arena arena = Arena.ofShared()) {
                AtomicLong reported = new AtomicLong();
                SnapshotContent content =
                        VectorTable.read(
                                arena,
                                () -> VectorFile.open(path, WITH_ATTRIBUTES),
                                Metric.INNER_PRODUCT,
                                (stage, done, total) -> {
                                    assertThat(total).isEqualTo(70);
                                    reported.set(done);
                                });
                assertThat(reported).hasValue(70);
                assertThat(content.ids()).isEqualTo(rows.ids());
                assertThat(content.schema().columns()).isEqualTo(WITH_ATTRIBUTES.attributes());
                float[] padded = new float[content.rows().layout().length()];
                for (int row = 0; row < 70; row++) {
                    content.rows().get(row, padded);
                    assertThat(Arrays.copyOf(padded, 5)).isEqualTo(rows.vectors()[row]);
                    assertThat(content.columns()[0][row]).isEqualTo(rows.age(row));
                }
            }
        }
    }

    @Test
    void numpyHeadersOfEveryVersionAreRead() throws Exception {
        String header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1), }\n";
        for (int version = 1; version <= 3; version++) {
            int lengthBytes = version == 1 ? 2 : 4;
            ByteBuffer bytes =
                    ByteBuffer.allocate(8 + lengthBytes + header.length() + 8)
                            .order(ByteOrder.LITTLE_ENDIAN)
                            .put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'})
                            .put((byte) version)
                            .put((byte) 0);
            if (version == 1) {
                bytes.putShort((short) header.length());
            } else {
                bytes.putInt(header.length());
            }
            bytes.put(header.getBytes(StandardCharsets.US_ASCII)).putFloat(3).putFloat(4);
            Path path = Files.write(folder.resolve("v.npy"), bytes.array());
            assertThat(first(path)).containsExactly(3);
        }
    }

    @Test
    void numpyReadsHalfAndDoubleFloats() throws Exception {
        byte[] halves = {0x00, 0x3C, 0x00, (byte) 0xC0};
        assertThat(first(WrittenFiles.numpy(folder.resolve("h.npy"), "<f2", "(1, 2)", halves)))
                .containsExactly(1, -2);
        byte[] doubles =
                ByteBuffer.allocate(16)
                        .order(ByteOrder.LITTLE_ENDIAN)
                        .putDouble(.5)
                        .putDouble(-3)
                        .array();
        assertThat(first(WrittenFiles.numpy(folder.resolve("d.npy"), "<f8", "(1, 2)", doubles)))
                .containsExactly(.5f, -3);
    }

    private static float[] first(Path path) {
        try (VectorFile file = VectorFile.open(path, VectorColumns.DEFAULT)) {
            VectorBatch batch = file.newBatch(4);
            assertThat(file.next(batch)).isTrue();
            return batch.vector(0);
        }
    }

    @Test
    void wrongNamesTypesAndValuesAreNamed() throws Exception {
        Rows rows = Rows.random(new SplittableRandom(1), 9, 3);
        Path arrow =
                WrittenFiles.arrow(
                        folder.resolve("a.arrow"), rows, 4, true, CodecType.NO_COMPRESSION);
        Path parquet =
                WrittenFiles.parquet(
                        folder.resolve("a.parquet"),
                        rows,
                        CompressionCodecName.UNCOMPRESSED,
                        10_000);
        for (Path path : List.of(arrow, parquet)) {
            assertRefused(path, new VectorColumns("key", "vector", List.of()), "column=key");
            assertRefused(path, new VectorColumns("title", "vector", List.of()), "must hold whole");
            assertRefused(path, new VectorColumns("id", "age", List.of()), "lists of floats");
            assertRefused(
                    path, VectorColumns.DEFAULT.withAttributes(List.of("vector")), "must hold");
            assertRefused(
                    path,
                    VectorColumns.DEFAULT.withAttributes(List.of("title")),
                    "title=title 2 of row: must be at most 8 bytes");
            assertRefused(path, new VectorColumns("age", "vector", List.of()), "not be null");
        }
        rows.vectors()[5][1] = Float.NaN;
        Path withNan = WrittenFiles.numpy(folder.resolve("nan.npy"), rows);
        assertRefused(withNan, VectorColumns.DEFAULT, "row 5 vector[1]=NaN");
        assertRefused(withNan, VectorColumns.DEFAULT.withAttributes(List.of("age")), "has none");
        rows.vectors()[5] = new float[] {1, 2};
        Path ragged =
                WrittenFiles.parquet(
                        folder.resolve("r.parquet"), rows, CompressionCodecName.ZSTD, 10_000);
        assertRefused(ragged, VectorColumns.DEFAULT, "vector length=2: must be 3");
    }

    @Test
    void whatIsNoSuchFileOrNoSuchFormatIsSaid() throws Exception {
        assertThatThrownBy(() -> VectorFile.open(folder.resolve("none"), VectorColumns.DEFAULT))
                .isInstanceOfSatisfying(
                        RetrievalException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.NOT_FOUND));
        Path text = Files.writeString(folder.resolve("x.txt"), "id,vector\n");
        assertRefused(text, VectorColumns.DEFAULT, "neither Arrow IPC, Parquet nor NumPy");
        Path ids =
                WrittenFiles.numpyIds(
                        folder.resolve("ids.npy"), Rows.random(new SplittableRandom(2), 3, 1));
        assertRefused(ids, VectorColumns.DEFAULT, "must be rows of");
        Path tall =
                WrittenFiles.numpy(
                        folder.resolve("t.npy"), "<f4", "(4611686018427387904, 8)", new byte[0]);
        assertDamaged(tall);
    }

    private static void assertRefused(Path path, VectorColumns columns, String message) {
        assertThatThrownBy(() -> readAll(path, columns))
                .isInstanceOfSatisfying(
                        RetrievalException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.INVALID_INPUT))
                .hasMessageContaining(message);
    }

    private static void assertDamaged(Path path) {
        assertThatThrownBy(() -> readAll(path, VectorColumns.DEFAULT))
                .isInstanceOfSatisfying(
                        RetrievalException.class,
                        refused -> assertThat(refused.code()).isEqualTo(Code.CORRUPT));
    }

    private static long readAll(Path path, VectorColumns columns) {
        try (VectorFile file = VectorFile.open(path, columns)) {
            VectorBatch batch = file.newBatch(16);
            long rows = 0;
            while (file.next(batch)) {
                rows += batch.size();
            }
            return rows;
        }
    }

    @Test
    void filesThatWereCutOrFlippedGiveRowsOrOneClearError() throws Exception {
        damageEveryFormat(120);
    }

    @Test
    @Tag("long")
    void filesThatWereCutOrFlippedThousandsOfTimesGiveRowsOrOneClearError() throws Exception {
        damageEveryFormat(4_000);
    }

    private void damageEveryFormat(int rounds) throws Exception {
        Rows rows = Rows.random(new SplittableRandom(3), 40, 8);
        for (CodecType codec : List.of(CodecType.NO_COMPRESSION, CodecType.ZSTD)) {
            boolean fixed = codec == CodecType.ZSTD;
            damage(WrittenFiles.arrow(folder.resolve("f.arrow"), rows, 16, fixed, codec), rounds);
        }
        for (CompressionCodecName codec :
                List.of(CompressionCodecName.UNCOMPRESSED, CompressionCodecName.ZSTD)) {
            Path path = folder.resolve("f.parquet");
            damage(WrittenFiles.parquet(path, rows, codec, 2_000), rounds);
        }
        damage(WrittenFiles.numpy(folder.resolve("f.npy"), rows), rounds);
    }

    private void damage(Path path, int rounds) throws Exception {
        byte[] whole = Files.readAllBytes(path);
        long rowsWhole = readAll(path, VectorColumns.DEFAULT);
        Path damagedPath = folder.resolve("damaged");
        Seeds.forAll(
                rounds,
                random -> {
                    byte[] damaged = whole.clone();
                    if (random.nextInt(4) == 0) {
                        damaged = Arrays.copyOf(damaged, random.nextInt(damaged.length));
                    } else {
                        // Structure lies at both ends: damage it as often as the values between.
                        int at =
                                switch (random.nextInt(3)) {
                                    case 0 -> random.nextInt(Math.min(600, damaged.length));
                                    case 1 ->
                                            damaged.length
                                                    - 1
                                                    - random.nextInt(Math.min(900, damaged.length));
                                    default -> random.nextInt(damaged.length);
                                };
                        damaged[at] ^= (byte) (1 << random.nextInt(8));
                    }
                    Files.write(damagedPath, damaged);
                    try {
                        long rows = readAll(damagedPath, VectorColumns.DEFAULT);
                        assertThat(rows).isLessThanOrEqualTo(2 * rowsWhole);
                    } catch (RetrievalException refused) {
                        assertThat(refused.code()).isIn(Code.CORRUPT, Code.INVALID_INPUT);
                        assertThat(refused).hasMessageContaining("damaged");
                    }
                });
    }
}
