package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.retrieval.files.WrittenFiles;
import dev.mobula.retrieval.files.WrittenFiles.Rows;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class IndexCommandTest {
    private static final int ROWS = 200;
    private static final int DIMENSION = 8;
    private static final Rows WRITTEN = Rows.random(new SplittableRandom(1), ROWS, DIMENSION);

    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();

    @Test
    void numpyRowsAreFoundByTheirNumber() throws IOException {
        Path index = folder.resolve("v.index");
        build(WrittenFiles.numpy(folder.resolve("v.npy"), WRITTEN), index);
        said("verify", index.toString());
        assertThat(said("verify", index.toString())).contains("intact, 200 vectors");
        assertThat(said("inspect", index.toString())).contains("COSINE");
        assertThat(search(index, "--id", "17", "--k", "1"))
                .singleElement()
                .satisfies(startsWith(17));
    }

    @Test
    void numpyRowsMayHaveTheIdsOfASecondFile() throws IOException {
        Path index = folder.resolve("v.index");
        Path ids = WrittenFiles.numpyIds(folder.resolve("ids.npy"), WRITTEN);
        build(WrittenFiles.numpy(folder.resolve("v.npy"), WRITTEN), index, "--ids", ids.toString());
        long id = WRITTEN.ids()[17];
        assertThat(search(index, "--id", Long.toString(id), "--k", "1"))
                .singleElement()
                .satisfies(startsWith(id));
    }

    @Test
    void arrowAndParquetRowsKeepTheirIdsAndAttributes() throws IOException {
        Path arrow =
                WrittenFiles.arrow(
                        folder.resolve("v.arrow"), WRITTEN, 64, true, CodecType.NO_COMPRESSION);
        Path parquet =
                WrittenFiles.parquet(
                        folder.resolve("v.parquet"), WRITTEN, CompressionCodecName.ZSTD, 10_000);
        for (Path vectors : List.of(arrow, parquet)) {
            Path index = folder.resolve(vectors.getFileName() + ".index");
            build(vectors, index, "--attributes", "age,language,flag");
            assertThat(said("verify", index.toString())).contains("with 3 attributes");
            assertThat(said("inspect", index.toString())).contains("language").contains("flag");
            String id = Long.toString(WRITTEN.ids()[20]);
            assertThat(search(index, "--id", id, "--where", "age=20")).hasSize(1);
            assertThat(search(index, "--id", id, "--where", "language!=de,zh-Hant", "--k", "200"))
                    .hasSize((ROWS + 2) / 3);
            assertThat(
                            search(
                                    index,
                                    "--id=" + id,
                                    "--where=language=de",
                                    "--where=age<=100",
                                    "--texts=language",
                                    "--k=200"))
                    .isNotEmpty()
                    .allSatisfy(line -> assertThat(line).contains("de"));
        }
    }

    @Test
    void whatTheFileOrTheIndexDoesNotHaveIsNamed() throws IOException {
        Path vectors =
                WrittenFiles.parquet(
                        folder.resolve("v.parquet"), WRITTEN, CompressionCodecName.ZSTD, 10_000);
        Path index = folder.resolve("v.index");
        assertThat(run("build", vectors.toString(), index.toString(), "--attributes=colour"))
                .isNotZero();
        assertThat(out.toString()).contains("column=colour");
        assertThat(index).doesNotExist();
        build(vectors, index);
        out.getBuffer().setLength(0);
        assertThat(searchCode(index, "--id", "0")).isNotZero();
        assertThat(out.toString()).contains("--id 0");
        assertThat(searchCode(index, "--vector=1,2,3,4,5,6,7,8", "--where=colour=1")).isNotZero();
        assertThat(out.toString()).contains("attribute=colour: is unknown");
        byte[] bytes = Files.readAllBytes(index);
        bytes[bytes.length / 2] ^= 1;
        Files.write(index, bytes);
        assertThat(run("verify", index.toString())).isNotZero();
        assertThat(out.toString()).contains("checksum");
    }

    private static org.assertj.core.api.ThrowingConsumer<String> startsWith(long id) {
        return line -> assertThat(line.strip()).startsWith(id + " ");
    }

    private void build(Path vectors, Path index, String... options) {
        String[] arguments = new String[options.length + 3];
        arguments[0] = "build";
        arguments[1] = vectors.toString();
        arguments[2] = index.toString();
        System.arraycopy(options, 0, arguments, 3, options.length);
        assertThat(run(arguments)).as(out.toString()).isZero();
    }

    private String said(String... arguments) {
        out.getBuffer().setLength(0);
        assertThat(run(arguments)).isZero();
        return out.toString();
    }

    private List<String> search(Path index, String... options) {
        out.getBuffer().setLength(0);
        assertThat(searchCode(index, options)).as(out.toString()).isZero();
        return out.toString().lines().skip(2).filter(line -> !line.isBlank()).toList();
    }

    private int searchCode(Path index, String... options) {
        String[] arguments = new String[options.length + 1];
        arguments[0] = index.toString();
        System.arraycopy(options, 0, arguments, 1, options.length);
        return failing(new CommandLine(new SearchCommand(console()))).execute(arguments);
    }

    private int run(String... arguments) {
        return failing(IndexCommand.of(console())).execute(arguments);
    }

    /// As the whole command line: an expected failure is said and counts as one.
    private CommandLine failing(CommandLine line) {
        return line.setExecutionExceptionHandler(
                (failure, command, parsed) -> {
                    out.write(String.valueOf(failure.getMessage()));
                    return 1;
                });
    }

    private Console console() {
        PrintWriter writer = new PrintWriter(out, true);
        return new Console(writer, writer, false, false);
    }
}
