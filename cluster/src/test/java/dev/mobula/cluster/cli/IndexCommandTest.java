package dev.mobula.cluster.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

final class IndexCommandTest {
    private static final int ROWS = 200;
    private static final int DIMENSION = 8;

    @TempDir private Path folder;
    private final StringWriter out = new StringWriter();

    @Test
    void whatIsBuiltIsIntactAndFindsEachVectorByItself() throws IOException {
        String vectors = Files.write(folder.resolve("v.npy"), npy()).toString();
        String index = folder.resolve("v.index").toString();

        assertThat(run(IndexCommand.of(console()), "build", vectors, index)).isZero();
        assertThat(run(IndexCommand.of(console()), "verify", index)).isZero();
        assertThat(out.toString()).contains("intact, 200 vectors");
        assertThat(run(IndexCommand.of(console()), "inspect", index)).isZero();
        assertThat(out.toString()).contains("COSINE");
        out.getBuffer().setLength(0);
        assertThat(
                        run(
                                new CommandLine(new SearchCommand(console())),
                                index,
                                "--id",
                                "17",
                                "--k",
                                "1"))
                .isZero();
        assertThat(out.toString().lines().skip(2).findFirst().orElseThrow().strip())
                .startsWith("17 ");
    }

    private static int run(CommandLine line, String... arguments) {
        return line.execute(arguments);
    }

    private Console console() {
        PrintWriter writer = new PrintWriter(out, true);
        return new Console(writer, writer, false, false);
    }

    private static byte[] npy() {
        String header =
                "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
                        .formatted(ROWS, DIMENSION);
        ByteBuffer bytes =
                ByteBuffer.allocate(10 + header.length() + 4 * ROWS * DIMENSION)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
        bytes.putShort((short) header.length());
        bytes.put(header.getBytes(StandardCharsets.ISO_8859_1));
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < ROWS * DIMENSION; i++) {
            bytes.putFloat((float) random.nextGaussian());
        }
        return bytes.array();
    }
}
