package dev.mobula.actors.items;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.testing.Seeds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SnapshotInboxTest {
    @TempDir private Path folder;

    @Test
    void aFileArrivesWholeHoweverOftenEitherSideStartsAgain() {
        Seeds.forAll(
                30,
                random -> {
                    byte[] file = bytes(random, 1 + random.nextInt(5_000));
                    SnapshotInbox.Shipment shipment =
                            new SnapshotInbox.Shipment(file.length, checksum(file));
                    long here = inbox().begin(shipment);
                    while (here < file.length) {
                        int end = (int) Math.min(file.length, here + 1 + random.nextInt(900));
                        ByteBuffer piece = piece(shipment, file, (int) here, end);
                        here = inbox().append(piece);
                        assertThat(here).isEqualTo(end);
                        assertThat(inbox().append(piece)).as("the same again").isEqualTo(end);
                        if (random.nextInt(4) == 0) {
                            here = inbox().begin(shipment);
                        }
                    }
                    Path whole = inbox().complete(shipment);
                    assertThat(Files.readAllBytes(whole)).isEqualTo(file);
                });
    }

    @Test
    void aFileThatIsNotWholeOrDiffersIsRefused() throws IOException {
        byte[] file = bytes(new SplittableRandom(1), 100);
        SnapshotInbox.Shipment shipment = new SnapshotInbox.Shipment(100, checksum(file) + 1);
        inbox().begin(shipment);
        inbox().append(piece(shipment, file, 0, 60));
        assertThatThrownBy(() -> inbox().complete(shipment))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("60 bytes of 100");
        inbox().append(piece(shipment, file, 60, 100));
        assertThatThrownBy(() -> inbox().complete(shipment))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("checksum");
        assertThat(inbox().begin(shipment)).isZero();
    }

    @Test
    void anotherFileTakesThePlaceOfOneThatNeverCameWhole() throws IOException {
        byte[] file = bytes(new SplittableRandom(1), 100);
        SnapshotInbox.Shipment first = new SnapshotInbox.Shipment(100, checksum(file));
        SnapshotInbox.Shipment second = new SnapshotInbox.Shipment(40, 5);
        inbox().begin(first);
        inbox().append(piece(first, file, 0, 60));
        assertThat(inbox().begin(second)).isZero();
        assertThat(inbox().begin(first)).isZero();
    }

    @Test
    void aFileForWhichTheDiskHasNoRoomIsRefusedBeforeItComes() {
        SnapshotInbox.Shipment huge = new SnapshotInbox.Shipment(Long.MAX_VALUE, 5);
        assertThatThrownBy(() -> inbox().begin(huge))
                .isInstanceOf(CallException.class)
                .hasMessageContaining("the disk has room for");
    }

    private SnapshotInbox inbox() {
        return new SnapshotInbox(folder);
    }

    private static byte[] bytes(SplittableRandom random, int length) {
        byte[] bytes = new byte[length];
        random.nextBytes(bytes);
        return bytes;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    private static ByteBuffer piece(
            SnapshotInbox.Shipment shipment, byte[] file, int from, int to) {
        byte[] content = Arrays.copyOfRange(file, from, to);
        return ByteBuffer.allocate(SnapshotInbox.HEAD_BYTES + content.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(shipment.bytes())
                .putInt(shipment.checksum())
                .putLong(from)
                .putInt(checksum(content))
                .put(content)
                .flip();
    }
}
