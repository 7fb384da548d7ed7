package dev.mobula.retrieval.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.testing.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NpyFileTest {
    @TempDir Path folder;

    @Test
    void everyRowComesBackUnderEveryVersion() throws IOException {
        for (int version = 1; version <= 3; version++) {
            Path file = Files.write(folder.resolve("v"), npy(version, "<f4", "False", 700, 400));
            try (NpyFile npy = NpyFile.open(file)) {
                assertThat(npy.count()).isEqualTo(700);
                assertThat(npy.dimension()).isEqualTo(400);
                float[] row = new float[400];
                for (int i = 0; i < 700; i++) {
                    npy.next(row);
                    assertThat(row[0]).isEqualTo(i * 400f);
                    assertThat(row[399]).isEqualTo(i * 400f + 399);
                }
            }
        }
    }

    @Test
    void otherKindsAreRefusedWithWhatTheyAre() throws IOException {
        Path doubles = Files.write(folder.resolve("a"), npy(1, "<f8", "False", 2, 2));
        assertThatThrownBy(() -> NpyFile.open(doubles)).hasMessageContaining("<f8");
        Path fortran = Files.write(folder.resolve("b"), npy(1, "<f4", "True", 2, 2));
        assertThatThrownBy(() -> NpyFile.open(fortran)).hasMessageContaining("Fortran");
        Path text = Files.writeString(folder.resolve("c"), "a text that is long enough");
        assertThatThrownBy(() -> NpyFile.open(text)).hasMessageContaining("NUMPY");
    }

    @Test
    void damagedFilesAreRefusedOrReadButNeverHarm() {
        byte[] intact = npy(1, "<f4", "False", 20, 8);
        Seeds.forAll(
                1500,
                random -> {
                    byte[] damaged = intact.clone();
                    damaged[random.nextInt(128)] = (byte) random.nextInt();
                    if (random.nextInt(4) == 0) {
                        damaged = Arrays.copyOf(damaged, random.nextInt(intact.length));
                    }
                    Path file = Files.write(folder.resolve("damaged"), damaged);
                    try (NpyFile npy = NpyFile.open(file)) {
                        float[] row = new float[npy.dimension()];
                        for (int i = 0; i < npy.count(); i++) {
                            npy.next(row);
                        }
                    } catch (RetrievalException refused) {
                        assertThat(refused.code()).isEqualTo(RetrievalException.Code.INVALID_INPUT);
                    }
                });
    }

    private static byte[] npy(int version, String descr, String fortran, int rows, int columns) {
        String header =
                "{'descr': '%s', 'fortran_order': %s, 'shape': (%d, %d), }"
                        .formatted(descr, fortran, rows, columns);
        int lengthBytes = version == 1 ? 2 : 4;
        int padding = 64 - (9 + lengthBytes + header.length()) % 64;
        header += " ".repeat(padding % 64) + "\n";
        ByteBuffer bytes =
                ByteBuffer.allocate(8 + lengthBytes + header.length() + 4 * rows * columns)
                        .order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', (byte) version, 0});
        if (version == 1) {
            bytes.putShort((short) header.length());
        } else {
            bytes.putInt(header.length());
        }
        bytes.put(header.getBytes(StandardCharsets.ISO_8859_1));
        for (int i = 0; i < rows * columns; i++) {
            bytes.putFloat(i);
        }
        return bytes.array();
    }
}
