package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Tables go in, are described, compared, verified and come out, and what is wrong is named.
final class DataCommandTest {
    @TempDir private Path folder;
    private final Said said = new Said(DataCommand::of);

    private Path csv(String name, int rows, int shift) throws Exception {
        StringBuilder text = new StringBuilder("id,score,country\n");
        for (int i = 0; i < rows; i++) {
            text.append(i).append(',').append(i % 100 + shift).append(".5,");
            text.append(i % 4 == 0 ? "fr" : "de").append('\n');
        }
        return Files.writeString(folder.resolve(name), text);
    }

    @Test
    void aTableIsImportedVerifiedDescribedAndExported() throws Exception {
        Path set = folder.resolve("set");
        assertThat(said.run("import", csv("a.csv", 400, 0), set)).as(said.err()).isZero();
        assertThat(said.out()).contains("400 rows of 3 columns");
        assertThat(said.run("verify", set)).isZero();
        assertThat(said.out()).contains("intact, 400 rows from 0 on in 1 files");
        assertThat(said.run("stats", set)).isZero();
        assertThat(said.out()).contains("400 rows", "country", "de (300), fr (100)");
        Path parquet = folder.resolve("a.parquet");
        assertThat(said.run("export", set, parquet, "--columns", "id,country")).isZero();
        assertThat(said.run("stats", parquet)).isZero();
        assertThat(said.out()).contains("country").doesNotContain("score");
    }

    @Test
    void driftIsAnExitCode() throws Exception {
        Path before = csv("a.csv", 400, 0);
        assertThat(said.run("drift", before, csv("b.csv", 400, 0))).isZero();
        assertThat(said.run("drift", before, csv("c.csv", 400, 60))).isEqualTo(1);
        assertThat(said.out()).contains("score").contains("drifts");
        assertThat(said.err()).contains("1 of 3 columns drift more than 0.25");
    }

    @Test
    void damageAndWrongArgumentsAreNamed() throws Exception {
        Path set = folder.resolve("set");
        Path csv = csv("a.csv", 400, 0);
        assertThat(said.run("import", csv, set)).isZero();
        assertThat(said.run("import", csv, set)).isEqualTo(1);
        assertThat(said.err()).contains("is there already");
        Path file = set.resolve("000000000000.arrow");
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        assertThat(said.run("verify", set)).isEqualTo(1);
        assertThat(said.err()).contains(file + " is damaged");
        assertThat(said.run("import", "postgresql://h/d", folder.resolve("x"))).isEqualTo(1);
        assertThat(said.err()).contains("--query is missing");
        assertThat(said.run("export", csv, folder.resolve("x.csv"))).isEqualTo(1);
        assertThat(said.err()).contains("must end in .parquet");
        assertThat(said.run("join", folder, folder.resolve("x"), "--kinds", "a", "--window", "1y"))
                .isEqualTo(2);
        assertThat(said.err()).contains("\"1y\" is no time span");
        Path bad = Files.writeString(folder.resolve("bad.csv"), "id\n1\nx\n");
        assertThat(said.run("stats", bad, "--columns", "id:whole")).isEqualTo(1);
        assertThat(said.err()).contains("bad.csv:3: id=\"x\"");
        assertThat(said.run("stats", bad, "--columns", "id:whole", "--rejects", "1")).isZero();
        assertThat(said.err()).contains("1 bad records were set aside");
        assertThat(said.run()).isEqualTo(2);
    }
}
