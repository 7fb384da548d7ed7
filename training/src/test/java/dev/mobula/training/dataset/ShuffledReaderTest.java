package dev.mobula.training.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.log.LogOptions;
import dev.mobula.training.log.SegmentLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The order of rows is a function of the seed, gives every row once an epoch, and resumes anywhere.
final class ShuffledReaderTest {
    private static final TableSchema SCHEMA = TableSchema.of(Column.of("id", Kind.WHOLE));

    @TempDir Path root;

    private static Dataset dataset(Path folder, int rows) throws Exception {
        LogOptions options = new LogOptions(4_096, 50, 1L << 30, Duration.ofDays(1));
        try (SegmentLog log = SegmentLog.open(folder, SCHEMA, options, InstantSource.system())) {
            Rows batch = new Rows(SCHEMA);
            for (int i = 0; i < rows; i++) {
                batch.wholes(0).add(i);
                batch.endRow();
                if (batch.size() == 100) {
                    log.append(batch);
                    batch.clear();
                }
            }
            log.append(batch);
            log.closeFinished();
        }
        return Dataset.open(folder);
    }

    private static List<Long> take(ShuffledReader reader, int batches) {
        List<Long> ids = new ArrayList<>();
        Rows batch = new Rows(SCHEMA);
        for (int i = 0; i < batches; i++) {
            reader.next(batch);
            for (int r = 0; r < batch.size(); r++) {
                ids.add(batch.wholes(0).get(r));
            }
        }
        return ids;
    }

    @Test
    void anEpochGivesEveryRowOnceAndTheNextOneInAnotherOrder() throws Exception {
        Dataset data = dataset(root.resolve("d"), 1_003);
        Seeds.forAll(
                6,
                random -> {
                    RowOrder order =
                            new RowOrder(
                                    1_003, 1 + random.nextInt(400), random.nextLong(), 17, false);
                    try (ShuffledReader reader = new ShuffledReader(data, List.of("id"), order)) {
                        List<Long> first = take(reader, 59);
                        assertThat(reader.epoch()).isEqualTo(1);
                        List<Long> second = take(reader, 59);
                        assertThat(first)
                                .containsExactlyInAnyOrderElementsOf(
                                        LongStream.range(0, 1_003).boxed().toList());
                        assertThat(new HashSet<>(second)).hasSize(1_003);
                        assertThat(second).isNotEqualTo(first);
                    }
                });
    }

    @Test
    void aReaderThatResumesFromACursorGivesWhatWouldHaveCome() throws Exception {
        Dataset data = dataset(root.resolve("d"), 700);
        Seeds.forAll(
                10,
                random -> {
                    RowOrder order =
                            new RowOrder(
                                    700,
                                    random.nextInt(300),
                                    random.nextLong(),
                                    1 + random.nextInt(90),
                                    random.nextBoolean());
                    int before = random.nextInt(60);
                    Cursor cursor;
                    List<Long> rest;
                    try (ShuffledReader reader = new ShuffledReader(data, List.of("id"), order)) {
                        take(reader, before);
                        cursor = Cursor.parse(reader.cursor().toString());
                        rest = take(reader, 40);
                    }
                    try (ShuffledReader reader = new ShuffledReader(data, List.of("id"), order)) {
                        reader.seek(cursor);
                        assertThat(take(reader, 40)).isEqualTo(rest);
                    }
                });
    }

    @Test
    void theSharesOfTheWorkersTogetherAreTheGlobalBatches() throws Exception {
        Dataset data = dataset(root.resolve("d"), 333);
        RowOrder order = new RowOrder(333, 64, 5, 32, false);
        List<Long> alone;
        try (ShuffledReader reader = new ShuffledReader(data, List.of("id"), order)) {
            alone = take(reader, 25);
        }
        List<ShuffledReader> workers = new ArrayList<>();
        for (int w = 0; w < 3; w++) {
            workers.add(new ShuffledReader(data, List.of("id"), order));
        }
        List<Long> together = new ArrayList<>();
        Rows batch = new Rows(SCHEMA);
        for (int i = 0; i < 25; i++) {
            for (int w = 0; w < 3; w++) {
                workers.get(w).next(batch, w, 3);
                for (int r = 0; r < batch.size(); r++) {
                    together.add(batch.wholes(0).get(r));
                }
            }
        }
        assertThat(together).isEqualTo(alone);
        assertThat(workers.get(0).cursor()).isEqualTo(workers.get(2).cursor());
        workers.forEach(ShuffledReader::close);
    }

    @Test
    void withoutAWindowTheRowsComeAsTheyLie() throws Exception {
        Dataset data = dataset(root.resolve("d"), 120);
        try (ShuffledReader reader =
                new ShuffledReader(data, List.of("id"), new RowOrder(120, 0, 1, 40, true))) {
            assertThat(take(reader, 3)).isEqualTo(LongStream.range(0, 120).boxed().toList());
        }
    }

    @Test
    void aCursorOfOtherDataOrAnotherOrderIsRefused() throws Exception {
        Dataset data = dataset(root.resolve("d"), 120);
        Dataset other = dataset(root.resolve("e"), 121);
        try (ShuffledReader one =
                        new ShuffledReader(data, List.of("id"), new RowOrder(120, 9, 1, 4, true));
                ShuffledReader reseeded =
                        new ShuffledReader(data, List.of("id"), new RowOrder(120, 9, 2, 4, true));
                ShuffledReader elsewhere =
                        new ShuffledReader(
                                other, List.of("id"), new RowOrder(121, 9, 1, 4, true))) {
            assertThatThrownBy(() -> reseeded.seek(one.cursor()))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("other data or another order");
            assertThatThrownBy(() -> elsewhere.seek(one.cursor()))
                    .isInstanceOf(TrainingException.class);
        }
        assertThatThrownBy(() -> Cursor.parse("12")).hasMessageContaining("cursor=12");
    }

    @Test
    void dataThatChangedUnderAReaderIsNoticed() throws Exception {
        Dataset data = dataset(root.resolve("d"), 5_000);
        data.requireUnchanged();
        Path other = root.resolve("e");
        dataset(other, 5_001);
        Path file = data.folder().resolve("000000000000.arrow");
        byte[] whole = Files.readAllBytes(file);
        byte[] damaged = whole.clone();
        damaged[whole.length / 2] ^= 1;
        Files.write(file, damaged);
        assertThatThrownBy(
                        () -> {
                            RowOrder order = new RowOrder(5_000, 500, 1, 50, false);
                            try (ShuffledReader reader =
                                    new ShuffledReader(data, List.of("id"), order)) {
                                take(reader, 100);
                            }
                        })
                .isInstanceOfSatisfying(
                        TrainingException.class, e -> assertThat(e.code()).isEqualTo(Code.CORRUPT))
                .hasMessageContaining(file.toString());
        Files.write(file, whole);
        try (var files = Files.list(data.folder())) {
            for (Path one : files.filter(f -> f.toString().endsWith(".arrow")).toList()) {
                Files.copy(
                        other.resolve(one.getFileName()),
                        one,
                        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            }
        }
        assertThatThrownBy(data::requireUnchanged).isInstanceOf(TrainingException.class);
    }

    @Test
    void aFolderThatIsStillWrittenToIsNoDataset() {
        Path folder = root.resolve("log");
        try (SegmentLog log =
                SegmentLog.open(folder, SCHEMA, LogOptions.DEFAULT, InstantSource.system())) {
            assertThat(log.endRow()).isZero();
            assertThatThrownBy(() -> Dataset.open(folder))
                    .isInstanceOfSatisfying(
                            TrainingException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.BUSY));
        }
    }
}
