package dev.mobula.training.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.RandomRows;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log gives back what was appended, whatever the rows are and wherever a crash cuts its last file.
final class SegmentLogTest {
    private static final TableSchema SMALL =
            TableSchema.of(Column.of("id", Kind.WHOLE), Column.of("kind", Kind.TEXT));
    private static final LogOptions OPTIONS = LogOptions.DEFAULT;

    @TempDir Path root;

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1_000));

    private static SegmentLog open(Path folder, TableSchema schema) {
        return SegmentLog.open(folder, schema, OPTIONS, CLOCK);
    }

    private static List<List<Object>> read(Path folder) {
        LogView view = LogView.open(folder);
        try (LogReader reader = view.reader()) {
            Rows rows = new Rows(view.schema());
            List<List<Object>> all = new ArrayList<>();
            while (reader.next(rows, 7)) {
                all.addAll(RandomRows.all(rows));
            }
            return all;
        }
    }

    private static Rows small(long firstId, int count) {
        Rows rows = new Rows(SMALL);
        for (int i = 0; i < count; i++) {
            rows.wholes(0).add(firstId + i);
            rows.texts(1).add("kind " + (firstId + i));
            rows.endRow();
        }
        return rows;
    }

    @Test
    void whatWasAppendedIsReadBackBitForBitGrowingOrFinished() {
        Seeds.forAll(
                12,
                random -> {
                    Path folder = Files.createTempDirectory(root, "log");
                    TableSchema schema = RandomRows.schema(random);
                    List<List<Object>> written = new ArrayList<>();
                    try (SegmentLog log =
                            SegmentLog.open(
                                    folder,
                                    schema,
                                    new LogOptions(
                                            1_024L << random.nextInt(6),
                                            1 + random.nextInt(50),
                                            1L << 30,
                                            Duration.ofDays(1)),
                                    CLOCK)) {
                        for (int i = 0; i < 20; i++) {
                            Rows rows = RandomRows.rows(random, schema, random.nextInt(30));
                            assertThat(log.append(rows)).isEqualTo(written.size() + rows.size());
                            written.addAll(RandomRows.all(rows));
                            if (random.nextInt(8) == 0) {
                                log.roll();
                            }
                        }
                        assertThat(read(folder)).isEqualTo(written);
                        assertThat(LogView.open(folder).schema()).isEqualTo(schema);
                    }
                    LogView.open(folder).verify((done, total) -> {});
                    try (SegmentLog again = open(folder, schema)) {
                        assertThat(again.endRow()).isEqualTo(written.size());
                        again.closeFinished();
                    }
                    assertThat(LogView.open(folder).files()).allMatch(LogView.File::sealed);
                    assertThat(read(folder)).isEqualTo(written);
                });
    }

    @Test
    void erasedRowsKeepTheirPositionsAndLoseTheirValuesForOldViewsAndAfterReopening()
            throws IOException {
        LogOptions options = new LogOptions(2_048, 16, 1L << 30, Duration.ofDays(1));
        List<List<Object>> expected = new ArrayList<>();
        LogView before;
        try (SegmentLog log = SegmentLog.open(root, SMALL, options, CLOCK)) {
            for (int i = 0; i < 40; i++) {
                Rows rows = small(10L * i, 10);
                log.append(rows);
                expected.addAll(RandomRows.all(rows));
            }
            log.roll();
            before = LogView.open(root);
            long erased = log.erase(List.of("id"), (rows, i) -> rows.wholes(0).get(i) % 50 == 7);
            assertThat(erased).isEqualTo(8);
            assertThat(log.erase(List.of("id"), (rows, i) -> rows.wholes(0).get(i) % 50 == 7))
                    .as("nothing is left of them")
                    .isZero();
            assertThat(log.endRow()).isEqualTo(400);
            log.append(small(1_000, 1));
        }
        for (int i = 7; i < 400; i += 50) {
            expected.set(i, List.of("missing", "missing"));
        }
        try (LogReader old = before.reader()) {
            Rows rows = new Rows(SMALL);
            old.read(0, 400, rows);
            assertThat(RandomRows.all(rows)).isEqualTo(expected);
        }
        try (SegmentLog again = SegmentLog.open(root, SMALL, options, CLOCK)) {
            assertThat(again.endRow()).isEqualTo(401);
        }
        expected.addAll(RandomRows.all(small(1_000, 1)));
        assertThat(read(root)).isEqualTo(expected);
        LogView.open(root).verify((done, total) -> {});
    }

    @Test
    void anyRowsAreReadByPositionAndAnyColumnsByName() {
        Seeds.forAll(
                5,
                random -> {
                    Path folder = Files.createTempDirectory(root, "log");
                    TableSchema schema = RandomRows.schema(random);
                    List<List<Object>> written = new ArrayList<>();
                    try (SegmentLog log =
                            SegmentLog.open(
                                    folder, schema, OPTIONS.withSegmentBytesMax(2_048), CLOCK)) {
                        for (int i = 0; i < 10; i++) {
                            Rows rows = RandomRows.rows(random, schema, 1 + random.nextInt(40));
                            log.append(rows);
                            written.addAll(RandomRows.all(rows));
                        }
                    }
                    LogView view = LogView.open(folder);
                    int column = random.nextInt(schema.size());
                    List<String> chosen = List.of(schema.column(column).name());
                    try (LogReader reader = view.reader();
                            LogReader one = view.reader(chosen)) {
                        for (int i = 0; i < 20; i++) {
                            int from = random.nextInt(written.size());
                            int count = random.nextInt(written.size() - from + 1);
                            Rows rows = new Rows(schema);
                            reader.read(from, count, rows);
                            assertThat(RandomRows.all(rows))
                                    .isEqualTo(written.subList(from, from + count));
                            Rows narrow = new Rows(schema.only(chosen));
                            one.read(from, count, narrow);
                            assertThat(RandomRows.all(narrow))
                                    .isEqualTo(
                                            written.subList(from, from + count).stream()
                                                    .map(row -> List.of(row.get(column)))
                                                    .toList());
                        }
                    }
                });
    }

    @Test
    void aCutOfTheGrowingFileKeepsEveryWholeBatchAndSetsTheRestAside() throws Exception {
        cutTheGrowingFile(29);
    }

    @Test
    @Tag("long")
    void aCutAtAnyByteOfTheGrowingFileKeepsEveryWholeBatch() throws Exception {
        cutTheGrowingFile(1);
    }

    private void cutTheGrowingFile(int stride) throws Exception {
        Path folder = root.resolve("log");
        List<Long> ends = new ArrayList<>();
        Path file = folder.resolve("000000000000.open");
        long head;
        try (SegmentLog log = open(folder, SMALL)) {
            head = Files.size(file);
            for (int i = 0; i < 3; i++) {
                log.append(small(10L * i, 1 + i));
                ends.add(Files.size(file));
            }
        }
        byte[] whole = Files.readAllBytes(file);
        for (int cut = 0; cut < whole.length; cut += stride) {
            Files.write(file, Arrays.copyOf(whole, cut));
            if (cut < head) {
                assertThatThrownBy(() -> open(folder, SMALL))
                        .isInstanceOfSatisfying(
                                TrainingException.class,
                                e -> assertThat(e.code()).isEqualTo(Code.CORRUPT));
                continue;
            }
            int kept = 0;
            long keptBytes = head;
            for (int i = 0; i < 3 && ends.get(i) <= cut; i++) {
                kept += 1 + i;
                keptBytes = ends.get(i);
            }
            try (SegmentLog log = open(folder, SMALL)) {
                assertThat(log.endRow()).as("cut at %d", cut).isEqualTo(kept);
                assertThat(log.tornBytes()).isEqualTo(cut - keptBytes);
                assertThat(log.append(small(100, 1))).isEqualTo(kept + 1);
            }
            assertThat(read(folder)).hasSize(kept + 1);
            deleteTorn(folder);
        }
    }

    private static void deleteTorn(Path folder) throws IOException {
        Path torn = folder.resolve("torn");
        if (Files.exists(torn)) {
            try (Stream<Path> files = Files.list(torn)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void aFlippedBitBeforeAnotherBatchIsNeverTakenForACrash() throws Exception {
        Path folder = root.resolve("log");
        Path file = folder.resolve("000000000000.open");
        long beforeLast;
        try (SegmentLog log = open(folder, SMALL)) {
            log.append(small(1, 2));
            log.append(small(3, 2));
            beforeLast = Files.size(file);
            log.append(small(5, 2));
        }
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < beforeLast; at += 7) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << (at % 8));
            Files.write(file, damaged);
            assertThatThrownBy(() -> open(folder, SMALL).close())
                    .as("bit of byte %d", at)
                    .isInstanceOfSatisfying(
                            TrainingException.class,
                            e -> assertThat(e.code()).isEqualTo(Code.CORRUPT))
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void flippedBitsAndCutsOfAFinishedFileAreFound() throws Exception {
        damageTheFinishedFile(17);
    }

    @Test
    @Tag("long")
    void flippedBitsOfEveryByteAndEveryCutOfAFinishedFileAreFound() throws Exception {
        damageTheFinishedFile(1);
    }

    private void damageTheFinishedFile(int stride) throws Exception {
        Path folder = root.resolve("log");
        try (SegmentLog log = open(folder, SMALL)) {
            log.append(small(1, 300));
            log.closeFinished();
        }
        Path file = folder.resolve("000000000000.arrow");
        byte[] whole = Files.readAllBytes(file);
        for (int at = 0; at < whole.length; at += stride) {
            byte[] damaged = whole.clone();
            damaged[at] ^= (byte) (1 << (at % 8));
            Files.write(file, damaged);
            assertDamaged(folder, "bit of byte " + at);
            Files.write(file, Arrays.copyOf(whole, at));
            assertDamaged(folder, "cut at byte " + at);
        }
        Files.write(file, whole);
        LogView.open(folder).verify((done, total) -> {});
    }

    private static void assertDamaged(Path folder, String how) {
        assertThatThrownBy(() -> LogView.open(folder).verify((done, total) -> {}))
                .as(how)
                .isInstanceOfSatisfying(
                        TrainingException.class, e -> assertThat(e.code()).isEqualTo(Code.CORRUPT));
    }

    @Test
    void aCrashBetweenFinishingAndDeletingLeavesEveryRowOnce() throws Exception {
        Path folder = root.resolve("log");
        Path growing = folder.resolve("000000000000.open");
        byte[] grown;
        try (SegmentLog log = open(folder, SMALL)) {
            log.append(small(1, 5));
            grown = Files.readAllBytes(growing);
            log.roll();
            log.append(small(6, 5));
        }
        Files.write(growing, grown);
        Files.write(folder.resolve("000000000001.arrow.half"), new byte[100]);
        try (SegmentLog log = open(folder, SMALL)) {
            assertThat(log.endRow()).isEqualTo(10);
        }
        assertThat(growing).doesNotExist();
        assertThat(read(folder)).isEqualTo(RandomRows.all(small(1, 10)));
    }

    @Test
    void otherColumnsBeginANewSegmentAndOldRowsKeepTheirs() {
        Path folder = root.resolve("log");
        TableSchema wider =
                TableSchema.of(
                        Column.of("id", Kind.WHOLE),
                        Column.of("kind", Kind.TEXT),
                        Column.of("value", Kind.NUMBER));
        try (SegmentLog log = open(folder, SMALL)) {
            log.append(small(1, 2));
        }
        try (SegmentLog log = open(folder, wider)) {
            Rows rows = new Rows(wider);
            rows.wholes(0).add(3);
            rows.texts(1).add("kind 3");
            rows.numbers(2).add(0.5);
            rows.endRow();
            assertThat(log.append(rows)).isEqualTo(3);
            assertThatThrownBy(() -> log.append(small(4, 1)))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("must be those of the log");
        }
        LogView view = LogView.open(folder);
        Rows both = new Rows(SMALL);
        try (LogReader reader = view.reader(List.of("id", "kind"))) {
            reader.read(0, 3, both);
        }
        assertThat(RandomRows.all(both)).isEqualTo(RandomRows.all(small(1, 3)));
        assertThatThrownBy(
                        () -> {
                            try (LogReader reader = view.reader()) {
                                reader.read(0, 1, new Rows(wider));
                            }
                        })
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("column=value");
    }

    @Test
    void theOldestSegmentsGoBeyondTheQuotaAndTheirPositionsAreRefused() throws Exception {
        Path folder = root.resolve("log");
        LogOptions tight = new LogOptions(2_048, 100, 8_192, Duration.ofDays(1));
        long most = 0;
        try (SegmentLog log = SegmentLog.open(folder, SMALL, tight, CLOCK)) {
            for (int i = 0; i < 100; i++) {
                log.append(small(5L * i, 5));
                most = Math.max(most, log.bytes());
            }
            assertThat(log.endRow()).isEqualTo(500);
            assertThat(log.firstRow()).isPositive();
        }
        assertThat(most).isLessThanOrEqualTo(8_192);
        LogView view = LogView.open(folder);
        assertThat(view.endRow()).isEqualTo(500);
        try (LogReader reader = view.reader()) {
            assertThatThrownBy(() -> reader.seek(0))
                    .isInstanceOf(TrainingException.class)
                    .hasMessageContaining("must be in " + view.firstRow() + "..500");
            Rows rows = new Rows(SMALL);
            reader.read(view.firstRow(), 1, rows);
            assertThat(rows.wholes(0).get(0)).isEqualTo(view.firstRow());
        }
    }

    @Test
    void segmentsGoWhenTheyAreTooOld() throws Exception {
        Path folder = root.resolve("log");
        long[] now = {0};
        InstantSource clock = () -> Instant.ofEpochSecond(now[0]);
        LogOptions hour = OPTIONS.withAge(Duration.ofHours(1));
        try (SegmentLog log = SegmentLog.open(folder, SMALL, hour, clock)) {
            log.append(small(0, 5));
            log.roll();
            now[0] += 3_000;
            log.append(small(5, 5));
            log.roll();
            assertThat(log.firstRow()).isZero();
            now[0] += 3_000;
            log.retain();
            assertThat(log.firstRow()).isEqualTo(5);
            assertThat(log.endRow()).isEqualTo(10);
        }
    }

    @Test
    void aSecondWriterIsRefused() {
        Path folder = root.resolve("log");
        try (SegmentLog log = open(folder, SMALL)) {
            log.append(small(1, 1));
            assertThatThrownBy(() -> open(folder, SMALL))
                    .isInstanceOfSatisfying(
                            TrainingException.class, e -> assertThat(e.code()).isEqualTo(Code.BUSY))
                    .hasMessageContaining(folder.toString());
        }
    }

    @Test
    void theFingerprintChangesWithTheDataAndOnlyThen() throws Exception {
        Path a = root.resolve("a");
        Path b = root.resolve("b");
        Path c = root.resolve("c");
        for (Path folder : List.of(a, b, c)) {
            try (SegmentLog log = open(folder, SMALL)) {
                log.append(small(folder.equals(c) ? 2 : 1, 10));
                log.closeFinished();
            }
        }
        assertThat(LogView.open(a).fingerprint()).isEqualTo(LogView.open(b).fingerprint());
        assertThat(LogView.open(c).fingerprint()).isNotEqualTo(LogView.open(a).fingerprint());
    }

    @Test
    void readersBesideAWriterSeeEveryRowOnceInOrder() throws Exception {
        Path folder = root.resolve("log");
        SplittableRandom random = new SplittableRandom(1);
        try (SegmentLog log =
                SegmentLog.open(folder, SMALL, OPTIONS.withSegmentBytesMax(4_096), CLOCK)) {
            log.append(small(0, 1));
            Thread writer =
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        long next = 1;
                                        while (next < 3_000) {
                                            int count = 1 + random.nextInt(60);
                                            next = log.append(small(next, count));
                                        }
                                    });
            long seen = 0;
            while (writer.isAlive() || seen == 0) {
                LogView view = LogView.open(folder);
                assertThat(view.endRow()).isGreaterThanOrEqualTo(seen);
                seen = view.endRow();
                Rows rows = new Rows(SMALL);
                try (LogReader reader = view.reader()) {
                    reader.read(0, (int) seen, rows);
                }
                for (int i = 0; i < seen; i++) {
                    assertThat(rows.wholes(0).get(i)).isEqualTo(i);
                }
            }
            writer.join();
            assertThat(LogView.open(folder).endRow()).isEqualTo(log.endRow());
        }
    }
}
