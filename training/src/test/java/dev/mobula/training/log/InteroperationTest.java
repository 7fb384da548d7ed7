package dev.mobula.training.log;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.columns.Column;
import dev.mobula.training.columns.Column.Kind;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// pyarrow reads finished and growing segments, and DuckDB queries them through it. Both come from PyPI into a private
/// environment the first time.
@Tag("long")
final class InteroperationTest {
    private static final String READERS = "pyarrow==26.0.1 duckdb==2.0.0";

    @TempDir Path root;

    @Test
    void pyarrowAndDuckdbReadFinishedAndGrowingSegments() throws Exception {
        TableSchema schema =
                TableSchema.of(
                                Column.of("id", Kind.WHOLE),
                                Column.of("kind", Kind.TEXT),
                                Column.of("time", Kind.INSTANT),
                                Column.of("score", Kind.REAL),
                                Column.of("items", Kind.WHOLES))
                        .withNote("origin", "a test");
        Path folder = root.resolve("log");
        try (SegmentLog log =
                SegmentLog.open(folder, schema, LogOptions.DEFAULT, InstantSource.system())) {
            log.append(rows(schema, 0, 20_000));
            log.roll();
            log.append(rows(schema, 20_000, 30));
            log.append(rows(schema, 20_030, 20));
            JsonNode seen = read(folder);
            assertThat(seen.path("files").asInt()).isEqualTo(2);
            assertThat(seen.path("rows").asInt()).isEqualTo(20_050);
            assertThat(seen.path("duckdb_rows").asInt()).isEqualTo(20_050);
            assertThat(seen.path("sum").asLong()).isEqualTo(20_050L * 20_049 / 2);
            assertThat(seen.path("clicks").asInt()).isEqualTo(10_025);
            assertThat(seen.path("longest").asInt()).isEqualTo(3);
            assertThat(seen.path("missing").asInt()).isEqualTo(4_010);
            assertThat(seen.path("time").asText()).isEqualTo("timestamp[us, tz=UTC]");
            assertThat(seen.path("note").asText()).isEqualTo("a test");
        }
    }

    private static Rows rows(TableSchema schema, int from, int count) {
        Rows rows = new Rows(schema);
        for (int i = from; i < from + count; i++) {
            rows.wholes(0).add(i);
            rows.texts(1).add(i % 2 == 0 ? "click" : "☂");
            rows.wholes(2).add(1_700_000_000_000_000L + i);
            if (i % 5 == 0) {
                rows.reals(3).addMissing();
            } else {
                rows.reals(3).add(i / 2f);
            }
            rows.lists(4).add(new long[i % 4]);
            rows.endRow();
        }
        return rows;
    }

    private JsonNode read(Path folder) throws Exception {
        Path script = root.resolve("read_log.py");
        try (InputStream in = InteroperationTest.class.getResourceAsStream("read_log.py")) {
            Files.write(script, in.readAllBytes());
        }
        String json = run(List.of(python(), script.toString(), folder.toString()));
        return new JsonMapper().readTree(json);
    }

    /// The environment's Python; made beside its name, so that nobody meets half of it.
    private static String python() throws Exception {
        Path home = Path.of(System.getProperty("user.home"), ".mobula", "readers");
        Path python = home.resolve("bin").resolve("python");
        if (!Files.isExecutable(home.resolve("whole"))) {
            Files.createDirectories(home);
            run(
                    List.of(
                            "bash",
                            "-c",
                            "python3 -m venv '%1$s' && '%1$s/bin/pip' install -q %2$s && touch '%1$s/whole' && chmod +x '%1$s/whole'"
                                    .formatted(home, READERS)));
        }
        return python.toString();
    }

    private static String run(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(said).isZero();
        return said.lines().reduce((a, b) -> b).orElse("");
    }
}
