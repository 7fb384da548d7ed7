package dev.mobula.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.testing.Seeds;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.RandomRows;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.dataset.Dataset;
import dev.mobula.training.dataset.Progress;
import dev.mobula.training.log.LogOptions;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whatever format rows come in and go out as, they are the same rows; what does not fit is counted and named.
final class TableFilesTest {
    @TempDir Path root;

    private Path file(String name, String content) throws IOException {
        return Files.writeString(root.resolve(name), content);
    }

    private static List<List<Object>> read(Path path, String... columns) {
        return read(path, new Rejects(0), columns);
    }

    private static List<List<Object>> read(Path path, Rejects rejects, String... columns) {
        try (TableReader reader = TableSource.open(path, List.of(columns), rejects)) {
            List<List<Object>> all = new ArrayList<>();
            Rows rows = new Rows(reader.schema());
            while (reader.next(rows, 3)) {
                all.addAll(RandomRows.all(rows));
            }
            assertThat(reader.done().orElse(1)).isEqualTo(1);
            return all;
        }
    }

    private static List<Kind> kinds(Path path) {
        try (TableReader reader = TableSource.open(path, List.of(), new Rejects(0))) {
            return reader.schema().columns().stream().map(column -> column.kind()).toList();
        }
    }

    private static String text(String text) {
        return Arrays.toString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void csvHasQuotesMissingValuesAndGuessedKinds() throws Exception {
        Path csv =
                file(
                        "a.csv",
                        """
                        id,name,score,seen,ok
                        1,"a ""b"", c",0.5,2026-01-02T03:04:05Z,true
                        2,,7,2026-01-02 03:04:05.25,false
                        3,"two
                        lines",-1e3,2026-01-02,true
                        4,"",,,
                        """);
        assertThat(kinds(csv))
                .containsExactly(Kind.WHOLE, Kind.TEXT, Kind.NUMBER, Kind.INSTANT, Kind.FLAG);
        long day = 1_767_312_000_000_000L;
        long time = day + 11_045_000_000L;
        assertThat(read(csv))
                .containsExactly(
                        List.of(1L, text("a \"b\", c"), bits(.5), time, 1L),
                        List.of(2L, "missing", bits(7), time + 250_000, 0L),
                        List.of(3L, text("two\nlines"), bits(-1e3), day, 1L),
                        List.of(4L, text(""), "missing", "missing", "missing"));
        assertThat(read(csv, "score", "id"))
                .startsWith(List.of(bits(.5), 1L), List.of(bits(7), 2L));
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    @Test
    void tsvIsReadPackedAndItsListsAreSeparatedByBlanks() throws Exception {
        Path tsv = root.resolve("a.tsv.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(tsv))) {
            out.write("user\titems\n7\t1 2 3\n8\t\n".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(read(tsv, "user", "items:wholes"))
                .containsExactly(List.of(7L, List.of(1L, 2L, 3L)), List.of(8L, "missing"));
    }

    @Test
    void jsonLinesHaveGuessedKindsAndLists() throws Exception {
        Path lines =
                file(
                        "a.jsonl",
                        """
                        {"id": 1, "x": 2, "tags": ["a", "☂"], "v": [1, 2.5]}

                        {"id": 2, "x": 2.5, "tags": [], "v": null, "ok": true}
                        """);
        assertThat(kinds(lines))
                .containsExactly(Kind.WHOLE, Kind.NUMBER, Kind.TEXTS, Kind.REALS, Kind.FLAG);
        assertThat(read(lines))
                .containsExactly(
                        List.of(
                                1L,
                                bits(2),
                                List.of(text("a"), text("☂")),
                                List.of(Float.floatToRawIntBits(1f), Float.floatToRawIntBits(2.5f)),
                                "missing"),
                        List.of(2L, bits(2.5), List.of(), "missing", 1L));
    }

    @Test
    void whatDoesNotFitIsSetAsideWithItsLineFieldAndValue() throws Exception {
        Path csv = file("a.csv", "id,x\n1,2\nsix,2\n3\n4,\"open\n5,6\n");
        Rejects rejects = new Rejects(10);
        assertThat(read(csv, rejects, "id:whole", "x:text"))
                .containsExactly(List.of(1L, text("2")));
        assertThat(rejects.count()).isEqualTo(3);
        assertThat(rejects.shown().get(0)).contains("a.csv:3: id=\"six\": must be of kind WHOLE");
        assertThat(rejects.shown().get(1)).contains("a.csv:4: fields=\"1\"");
        Path lines =
                file(
                        "a.jsonl",
                        "{\"id\": 1}\n{\"id\": \"x\"}\nno\n{\"id\": 2, \"l\": [1, null]}\n");
        Rejects more = new Rejects(10);
        assertThat(read(lines, more, "id:whole", "l:wholes"))
                .containsExactly(List.of(1L, "missing"));
        assertThat(more.count()).isEqualTo(3);
        assertThatThrownBy(() -> read(csv, new Rejects(1), "id:whole", "x:text"))
                .isInstanceOfSatisfying(
                        TrainingException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.BAD_DATA));
    }

    @Test
    void wrongNamesKindsAndFilesAreNamed() throws Exception {
        Path csv = file("a.csv", "id,x\n1,2\n");
        assertThatThrownBy(() -> read(csv, "y")).hasMessageContaining("column=y");
        assertThatThrownBy(() -> read(csv, "x:colour")).hasMessageContaining("x:colour");
        assertThatThrownBy(() -> read(file("a.xls", "?")))
                .hasMessageContaining(".csv, .tsv or .jsonl");
        assertThatThrownBy(() -> read(root.resolve("none.csv")))
                .isInstanceOfSatisfying(
                        TrainingException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.NOT_FOUND));
        assertThatThrownBy(() -> read(file("b.parquet", "PAR1 and nothing else")))
                .isInstanceOfSatisfying(
                        TrainingException.class, e -> assertThat(e.code()).isEqualTo(Code.BAD_DATA))
                .hasMessageContaining("b.parquet");
        assertThatThrownBy(() -> read(file("b.arrow", "ARROW1 and nothing else, really")))
                .isInstanceOfSatisfying(
                        TrainingException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.BAD_DATA));
    }

    /// A reader over rows in memory.
    private static TableReader of(Rows rows) {
        return new TableReader() {
            private int given;

            @Override
            public TableSchema schema() {
                return rows.schema();
            }

            @Override
            public boolean next(Rows batch, int rowsMax) {
                batch.clear();
                while (given < rows.size() && batch.size() < rowsMax) {
                    batch.addFrom(rows, given++);
                }
                return batch.size() > 0;
            }

            @Override
            public java.util.OptionalDouble done() {
                return java.util.OptionalDouble.of((double) given / rows.size());
            }

            @Override
            public void close() {}
        };
    }

    @Test
    void rowsGoOutAsParquetAndComeBackBitForBit() {
        Seeds.forAll(
                12,
                random -> {
                    TableSchema schema = RandomRows.schema(random);
                    Rows rows = RandomRows.rows(random, schema, 1 + random.nextInt(200));
                    Path file = root.resolve(random.nextInt() + ".parquet");
                    assertThat(Dataset.writeParquet(file, of(rows), Progress.NONE))
                            .isEqualTo(rows.size());
                    assertThat(read(file)).isEqualTo(RandomRows.all(rows));
                    try (TableReader reader = TableSource.open(file, List.of(), new Rejects(0))) {
                        assertThat(reader.schema().columns()).isEqualTo(schema.columns());
                    }
                });
    }

    @Test
    void aDatasetIsAnArrowFileThatTheGeneralReaderReadsToo() {
        Seeds.forAll(
                5,
                random -> {
                    TableSchema schema = RandomRows.schema(random);
                    Rows rows = RandomRows.rows(random, schema, 1 + random.nextInt(200));
                    Path folder = root.resolve("set" + random.nextInt());
                    Dataset written =
                            Dataset.write(
                                    folder,
                                    of(rows),
                                    LogOptions.DEFAULT,
                                    InstantSource.system(),
                                    Progress.NONE);
                    assertThat(written.rows()).isEqualTo(rows.size());
                    assertThat(read(folder)).isEqualTo(RandomRows.all(rows));
                    assertThat(read(folder.resolve("000000000000.arrow")))
                            .isEqualTo(RandomRows.all(rows));
                });
    }

    @Test
    void aDatasetThatCannotBeReadToItsEndLeavesNothing() throws Exception {
        Path csv = file("a.csv", "id,x\n1,2\nsix,2\n");
        Path folder = root.resolve("set");
        try (TableReader reader = TableSource.open(csv, List.of("id:whole", "x"), new Rejects(0))) {
            assertThatThrownBy(
                            () ->
                                    Dataset.write(
                                            folder,
                                            reader,
                                            LogOptions.DEFAULT,
                                            InstantSource.system(),
                                            Progress.NONE))
                    .isInstanceOf(TrainingException.class);
        }
        assertThat(folder).doesNotExist();
        assertThat(root.resolve("set.half")).doesNotExist();
    }

    @Test
    void duckdbReadsOurParquetAndWeReadIts() throws Exception {
        Path csv = file("a.csv", "id,name,x\n1,one,0.5\n2,,1.5\n3,☂,\n");
        Path ours = root.resolve("ours.parquet");
        try (TableReader reader = TableSource.open(csv, List.of(), new Rejects(0))) {
            Dataset.writeParquet(ours, reader, Progress.NONE);
        }
        Path theirs = root.resolve("theirs.parquet");
        try (Connection duckdb = DriverManager.getConnection("jdbc:duckdb:");
                Statement statement = duckdb.createStatement()) {
            try (ResultSet sums =
                    statement.executeQuery(
                            "select count(*), sum(id), sum(x), count(name), max(name) from '"
                                    + ours
                                    + "'")) {
                assertThat(sums.next()).isTrue();
                assertThat(sums.getLong(1)).isEqualTo(3);
                assertThat(sums.getLong(2)).isEqualTo(6);
                assertThat(sums.getDouble(3)).isEqualTo(2.0);
                assertThat(sums.getLong(4)).isEqualTo(2);
                assertThat(sums.getString(5)).isEqualTo("☂");
            }
            statement.execute(
                    "copy (select 7::int as a, 'x' as b, [1, 2]::bigint[] as c, 1.5::float as d,"
                            + " true as e, timestamp '2026-01-02 00:00:00' as f, null::varchar as g)"
                            + " to '"
                            + theirs
                            + "' (format parquet)");
        }
        assertThat(read(theirs))
                .containsExactly(
                        List.of(
                                7L,
                                text("x"),
                                List.of(1L, 2L),
                                Float.floatToRawIntBits(1.5f),
                                1L,
                                1_767_312_000_000_000L,
                                "missing"));
    }
}
