package dev.mobula.training.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.RandomRows;
import dev.mobula.training.columns.Rows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rows of a real PostgreSQL, on a socket of its own. Without a server on this machine the tests are skipped, and say so.
@Tag("long")
final class PostgresTableTest {
    @TempDir static Path root;

    private static Path bin = Path.of("");
    private static int port;

    @BeforeAll
    static void start() throws Exception {
        bin = find();
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path data = root.resolve("data");
        run("initdb", "-D", data.toString(), "-U", "mobula", "-A", "trust", "--no-sync");
        try (java.net.ServerSocket free = new java.net.ServerSocket(0)) {
            port = free.getLocalPort();
        }
        run(
                "pg_ctl",
                "-D",
                data.toString(),
                "-w",
                "-l",
                root.resolve("log").toString(),
                "-o",
                "-p " + port + " -c listen_addresses=127.0.0.1 -c fsync=off -k " + root,
                "start");
        try (Connection connection = DriverManager.getConnection("jdbc:" + url());
                Statement statement = connection.createStatement()) {
            statement.execute(
                    """
                    create table events (id bigint, small smallint, price numeric, score real,
                        ratio double precision, ok boolean, name text, at timestamptz, day date,
                        bytes bytea, items bigint[], tags text[])
                    """);
            statement.execute(
                    """
                    insert into events values
                        (1, 2, 3.25, 0.5, 0.1, true, 'o☂e', '2026-01-02 03:04:05.25+02', '2026-01-02',
                            '\\x01ff', '{1,2}', '{a,b}'),
                        (2, null, null, null, null, null, null, null, null, null, null, '{}')
                    """);
            statement.execute(
                    "create table many as select g as id from generate_series(1, 20000) g");
        }
    }

    private static Path find() throws Exception {
        List<Path> found = new ArrayList<>();
        Path versions = Path.of("/usr/lib/postgresql");
        if (Files.isDirectory(versions)) {
            try (Stream<Path> all = Files.list(versions)) {
                all.map(version -> version.resolve("bin")).forEach(found::add);
            }
        }
        for (String folder : System.getenv("PATH").split(":", -1)) {
            found.add(Path.of(folder));
        }
        Path server =
                found.stream()
                        .filter(path -> Files.isExecutable(path.resolve("initdb")))
                        .filter(path -> Files.isExecutable(path.resolve("pg_ctl")))
                        .findFirst()
                        .orElse(null);
        assumeTrue(server != null, "no PostgreSQL server (initdb, pg_ctl) on this machine");
        return server;
    }

    /// PostgreSQL refuses to run as root.
    private static void run(String program, String... arguments) throws Exception {
        List<String> command = new ArrayList<>();
        if (System.getProperty("user.name").equals("root")) {
            command.addAll(
                    List.of("setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"));
        }
        command.add(bin.resolve(program).toString());
        command.addAll(List.of(arguments));
        Path output = root.resolve(program + ".out");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
    }

    @AfterAll
    static void stop() throws Exception {
        if (Files.exists(root.resolve("data").resolve("postmaster.pid"))) {
            run("pg_ctl", "-D", root.resolve("data").toString(), "-m", "immediate", "-w", "stop");
        }
    }

    private static String url() {
        return "postgresql://127.0.0.1:" + port + "/postgres?user=mobula";
    }

    @Test
    void aQueryGivesItsRowsInOurKinds() {
        try (PostgresTable table =
                PostgresTable.open(url(), "", "select * from events order by id")) {
            assertThat(table.schema().columns().stream().map(column -> column.kind()).toList())
                    .containsExactly(
                            Kind.WHOLE,
                            Kind.WHOLE,
                            Kind.NUMBER,
                            Kind.REAL,
                            Kind.NUMBER,
                            Kind.FLAG,
                            Kind.TEXT,
                            Kind.INSTANT,
                            Kind.INSTANT,
                            Kind.BYTES,
                            Kind.WHOLES,
                            Kind.TEXTS);
            Rows rows = new Rows(table.schema());
            assertThat(table.next(rows, 10)).isTrue();
            assertThat(rows.size()).isEqualTo(2);
            assertThat(rows.texts(6).get(0)).isEqualTo("o☂e");
            assertThat(rows.wholes(7).get(0)).isEqualTo(1_767_315_845_250_000L);
            assertThat(rows.wholes(8).get(0)).isEqualTo(1_767_312_000_000_000L);
            assertThat(RandomRows.row(rows, 0).subList(0, 2)).isEqualTo(List.of(1L, 2L));
            assertThat(RandomRows.row(rows, 0).get(10)).isEqualTo(List.of(1L, 2L));
            assertThat(RandomRows.row(rows, 1).subList(1, 11)).containsOnly("missing");
            assertThat(RandomRows.row(rows, 1).get(11)).isEqualTo(List.of());
        }
    }

    @Test
    void largeResultsAreStreamed() {
        try (PostgresTable table =
                PostgresTable.open(url(), "", "select id from many order by id")) {
            Rows rows = new Rows(table.schema());
            long sum = 0;
            while (table.next(rows, 1_000)) {
                for (int i = 0; i < rows.size(); i++) {
                    sum += rows.wholes(0).get(i);
                }
            }
            assertThat(sum).isEqualTo(200_010_000L);
        }
    }

    @Test
    void wrongQueriesTypesAndAddressesAreNamed() {
        assertThatThrownBy(() -> PostgresTable.open(url(), "", "select * from nothing"))
                .isInstanceOfSatisfying(
                        TrainingException.class,
                        e -> assertThat(e.code()).isEqualTo(Code.INVALID_INPUT))
                .hasMessageContaining("nothing");
        assertThatThrownBy(() -> PostgresTable.open(url(), "", "select point(1, 2) as place"))
                .hasMessageContaining("column place=point");
        assertThatThrownBy(() -> PostgresTable.open(url(), "", "delete from many"))
                .isInstanceOf(TrainingException.class);
        String nobody = "postgresql://127.0.0.1:1/postgres?user=mobula";
        assertThatThrownBy(() -> PostgresTable.open(nobody, "", "select 1"))
                .isInstanceOfSatisfying(
                        TrainingException.class, e -> assertThat(e.code()).isEqualTo(Code.IO));
        assertThatThrownBy(() -> PostgresTable.open(url() + "&password=secret", "", "select 1"))
                .hasMessageContaining("without a password")
                .hasMessageNotContaining("secret");
    }
}
