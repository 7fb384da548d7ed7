package dev.mobula.actors.items;

import dev.mobula.actors.codec.Codec;
import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/// Where a shipped snapshot arrives, piece by piece: one at a time, resumable after a crash of either side.
///
/// The file so far is the state: whoever ships asks how much of it is there and goes on behind it. The whole is
/// compared with its checksum before it leaves the inbox.
final class SnapshotInbox {
    /// A piece's head before its bytes: which file it belongs to, where in it, and its checksum.
    static final int HEAD_BYTES = Integer.BYTES + Long.BYTES + Long.BYTES + Integer.BYTES;

    private static final int BUFFER_BYTES = 1 << 20;

    private final Path folder;

    /// A file under way: what identifies it is its length and its checksum.
    record Shipment(long bytes, int checksum) {
        static final Codec<Shipment> CODEC =
                new Codec<>() {
                    @Override
                    public void write(Shipment value, MessageWriter out) {
                        out.writeLong(value.bytes()).writeInt(value.checksum());
                    }

                    @Override
                    public Shipment read(MessageReader in) {
                        return new Shipment(in.readLong(), in.readInt());
                    }
                };

        String fileName() {
            return "%016x-%08x.part".formatted(bytes, checksum);
        }
    }

    SnapshotInbox(Path folder) {
        this.folder = folder;
    }

    /// How much of the file is here already; any other file that was under way is given up.
    synchronized long begin(Shipment shipment) throws IOException {
        Files.createDirectories(folder);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path other : files) {
                if (!other.endsWith(shipment.fileName())) {
                    Files.deleteIfExists(other);
                }
            }
        }
        Path part = folder.resolve(shipment.fileName());
        long here = Files.exists(part) ? Files.size(part) : 0;
        long room = Files.getFileStore(folder).getUsableSpace();
        if (shipment.bytes() - here > room) {
            throw new CallException(
                    Failure.REFUSED,
                    "a snapshot of " + shipment.bytes() + " bytes, the disk has room for " + room);
        }
        return here;
    }

    /// Appends a piece and returns how much is here then; one that does not follow what is here changes nothing.
    synchronized long append(ByteBuffer piece) throws IOException {
        ByteBuffer in = piece.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() < HEAD_BYTES) {
            throw refused("a piece of " + in.remaining() + " bytes has no head");
        }
        Shipment shipment = new Shipment(in.getLong(), in.getInt());
        long offset = in.getLong();
        int checksum = in.getInt();
        Path part = folder.resolve(shipment.fileName());
        long here = Files.exists(part) ? Files.size(part) : 0;
        if (offset != here || here + in.remaining() > shipment.bytes()) {
            return here;
        }
        CRC32C crc = new CRC32C();
        crc.update(in.duplicate());
        if ((int) crc.getValue() != checksum) {
            throw refused("the piece at " + offset + " differs from its checksum");
        }
        Files.createDirectories(folder);
        try (FileChannel out =
                FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            try {
                for (long at = here; in.hasRemaining(); ) {
                    at += out.write(in, at);
                }
            } catch (IOException noRoom) {
                out.truncate(here);
                throw noRoom;
            }
            return out.size();
        }
    }

    /// The whole file, on disk and equal to its checksum; one that differs is deleted and refused.
    synchronized Path complete(Shipment shipment) throws IOException {
        Path part = folder.resolve(shipment.fileName());
        long here = Files.exists(part) ? Files.size(part) : 0;
        if (here != shipment.bytes()) {
            throw refused(here + " bytes of " + shipment.bytes() + " have come");
        }
        int checksum = checksum(part);
        if (checksum != shipment.checksum()) {
            Files.delete(part);
            throw refused(
                    "the file's checksum is %08x, expected %08x"
                            .formatted(checksum, shipment.checksum()));
        }
        try (FileChannel file = FileChannel.open(part, StandardOpenOption.WRITE)) {
            file.force(true);
        }
        return part;
    }

    /// The checksum of a whole file.
    static int checksum(Path file) throws IOException {
        CRC32C crc = new CRC32C();
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            while (in.read(buffer.clear()) >= 0) {
                crc.update(buffer.flip());
            }
        }
        return (int) crc.getValue();
    }

    private static CallException refused(String why) {
        return new CallException(Failure.REFUSED, "snapshot: " + why);
    }
}
