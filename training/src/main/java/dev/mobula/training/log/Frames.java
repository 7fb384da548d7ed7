package dev.mobula.training.log;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.RecordBatch;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.ipc.WriteChannel;
import org.apache.arrow.vector.ipc.message.ArrowBlock;
import org.apache.arrow.vector.ipc.message.ArrowFooter;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.ipc.message.IpcOption;
import org.apache.arrow.vector.ipc.message.MessageSerializer;
import org.apache.arrow.vector.types.pojo.Schema;

/*
 * A message of an Arrow file is `ff ff ff ff | length | metadata | body`, and nobody looks at the padding that may end the
 * metadata. Ours ends in a seal there:
 *
 *     | ff ff ff ff | length | flatbuffer, padded to 8 | "MoBA" | crc32c | bytes of the body | body |
 *                            |<------------------------- length -------------------------->|
 *
 * The checksum is over the whole message but its own four bytes. So a file is whole or it is known where it ends to be
 * whole, without parsing what may be damaged, and any program that reads Arrow reads it. The footer of a finished file is
 * sealed in the same way; the magic words, the end of the stream and the footer's length are compared byte by byte.
 */
/// The messages of our Arrow files, each sealed with its checksum.
final class Frames {
    static final byte[] MAGIC = "ARROW1\0\0".getBytes(StandardCharsets.US_ASCII);
    static final byte[] STREAM_END = {-1, -1, -1, -1, 0, 0, 0, 0};
    static final int PREFIX_BYTES = 8;
    static final int METADATA_BYTES_MAX = 64 << 20;
    static final long BODY_BYTES_MAX = 1L << 30;

    private static final byte[] TRAILER_MAGIC = "ARROW1".getBytes(StandardCharsets.US_ASCII);
    private static final int TRAILER_BYTES = Integer.BYTES + TRAILER_MAGIC.length;
    private static final int SEAL_BYTES = 16;
    private static final int SEAL_MAGIC = 0x41426F4D;
    private static final int CONTINUATION = -1;

    private Frames() {}

    /// Where a whole message lies in a file.
    record Place(long offset, int metadataBytes, long bodyBytes) {
        long end() {
            return offset + PREFIX_BYTES + metadataBytes + bodyBytes;
        }

        ArrowBlock block() {
            return new ArrowBlock(offset, PREFIX_BYTES + metadataBytes, bodyBytes);
        }

        static Place of(ArrowBlock block) {
            return new Place(
                    block.getOffset(),
                    block.getMetadataLength() - PREFIX_BYTES,
                    block.getBodyLength());
        }
    }

    static ByteBuffer ofSchema(Schema schema) {
        return sealed(MessageSerializer.serializeMetadata(schema, IpcOption.DEFAULT), new byte[0]);
    }

    static ByteBuffer ofBatch(ArrowRecordBatch batch) {
        ByteArrayOutputStream body =
                new ByteArrayOutputStream(Math.toIntExact(batch.computeBodyLength()));
        try (WriteChannel channel = new WriteChannel(Channels.newChannel(body))) {
            MessageSerializer.writeBatchBuffers(channel, batch);
        } catch (IOException e) {
            throw new IllegalStateException("memory takes every byte", e);
        }
        return sealed(
                MessageSerializer.serializeMetadata(batch, IpcOption.DEFAULT), body.toByteArray());
    }

    private static ByteBuffer sealed(ByteBuffer flatbuffer, byte[] body) {
        int padded = (flatbuffer.remaining() + 7) & ~7;
        ByteBuffer frame =
                ByteBuffer.allocate(PREFIX_BYTES + padded + SEAL_BYTES + body.length)
                        .order(ByteOrder.LITTLE_ENDIAN);
        frame.putInt(CONTINUATION).putInt(padded + SEAL_BYTES).put(flatbuffer);
        seal(frame, PREFIX_BYTES + padded, body.length);
        frame.position(PREFIX_BYTES + padded + SEAL_BYTES).put(body).flip();
        frame.putInt(PREFIX_BYTES + padded + 4, checksum(frame.duplicate(), PREFIX_BYTES + padded));
        return frame;
    }

    private static void seal(ByteBuffer bytes, int at, long bodyBytes) {
        bytes.putInt(at, SEAL_MAGIC).putLong(at + 8, bodyBytes);
    }

    /// Over all bytes but the checksum's own, which follow the seal's magic word.
    private static int checksum(ByteBuffer frame, int sealAt) {
        CRC32C crc = new CRC32C();
        int end = frame.limit();
        crc.update(frame.duplicate().position(0).limit(sealAt + 4));
        crc.update(frame.duplicate().position(sealAt + 8).limit(end));
        return (int) crc.getValue();
    }

    /// The end of a finished file: end of the stream, footer, the footer's length, magic.
    static ByteBuffer ending(Schema schema, List<Place> batches, Map<String, String> notes) {
        ArrowFooter footer =
                new ArrowFooter(
                        schema, List.of(), batches.stream().map(Place::block).toList(), notes);
        ByteBuffer flatbuffer = WriteChannel.serialize(footer);
        int padded = (flatbuffer.remaining() + 7) & ~7;
        ByteBuffer sealed = ByteBuffer.allocate(padded + SEAL_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        sealed.put(flatbuffer);
        seal(sealed, padded, 0);
        sealed.clear();
        sealed.putInt(padded + 4, checksum(sealed, padded));
        return ByteBuffer.allocate(STREAM_END.length + sealed.capacity() + TRAILER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(STREAM_END)
                .put(sealed)
                .putInt(sealed.capacity())
                .put(TRAILER_MAGIC)
                .flip();
    }

    /// The end of a finished file: what it says, and at which byte it begins.
    record Ending(ArrowFooter footer, long offset) {}

    /// The end of a finished file, when all bytes from the end of its stream on are as they were written.
    static Optional<Ending> ending(FileChannel file) throws IOException {
        long size = file.size();
        ByteBuffer trailer = read(file, size - TRAILER_BYTES, TRAILER_BYTES);
        if (!trailer.hasRemaining() || !endsWithMagic(trailer)) {
            return Optional.empty();
        }
        int length = trailer.getInt(0);
        long start = size - TRAILER_BYTES - length;
        if (length <= SEAL_BYTES || length > METADATA_BYTES_MAX || start < STREAM_END.length) {
            return Optional.empty();
        }
        ByteBuffer streamEnd = read(file, start - STREAM_END.length, STREAM_END.length);
        ByteBuffer sealed = read(file, start, length);
        int sealAt = length - SEAL_BYTES;
        if (!streamEnd.equals(ByteBuffer.wrap(STREAM_END))
                || sealed.remaining() != length
                || sealed.getInt(sealAt) != SEAL_MAGIC
                || sealed.getInt(sealAt + 4) != checksum(sealed, sealAt)) {
            return Optional.empty();
        }
        ArrowFooter footer = new ArrowFooter(Footer.getRootAsFooter(sealed.slice(0, sealAt)));
        return Optional.of(new Ending(footer, start - STREAM_END.length));
    }

    private static boolean endsWithMagic(ByteBuffer trailer) {
        return trailer.slice(Integer.BYTES, TRAILER_MAGIC.length)
                .equals(ByteBuffer.wrap(TRAILER_MAGIC));
    }

    /// The message that begins here, when it is whole and its checksum holds.
    static Optional<Place> find(FileChannel file, long offset) throws IOException {
        Optional<Place> claimed = claimed(file, offset);
        if (claimed.isEmpty()) {
            return claimed;
        }
        Place place = claimed.get();
        ByteBuffer frame = read(file, offset, Math.toIntExact(place.end() - offset));
        return isWhole(frame, place) ? claimed : Optional.empty();
    }

    private static Optional<Place> claimed(FileChannel file, long offset) throws IOException {
        ByteBuffer prefix = read(file, offset, PREFIX_BYTES);
        if (prefix.remaining() < PREFIX_BYTES || prefix.getInt(0) != CONTINUATION) {
            return Optional.empty();
        }
        int metadata = prefix.getInt(4);
        if (metadata <= SEAL_BYTES || metadata > METADATA_BYTES_MAX || metadata % 8 != 0) {
            return Optional.empty();
        }
        ByteBuffer seal = read(file, offset + PREFIX_BYTES + metadata - SEAL_BYTES, SEAL_BYTES);
        if (seal.remaining() < SEAL_BYTES || seal.getInt(0) != SEAL_MAGIC) {
            return Optional.empty();
        }
        long body = seal.getLong(8);
        Place place = new Place(offset, metadata, body);
        return body < 0 || body > BODY_BYTES_MAX || place.end() > file.size()
                ? Optional.empty()
                : Optional.of(place);
    }

    private static boolean isWhole(ByteBuffer frame, Place place) {
        int sealAt = PREFIX_BYTES + place.metadataBytes() - SEAL_BYTES;
        return frame.remaining() == place.end() - place.offset()
                && frame.getInt(0) == CONTINUATION
                && frame.getInt(4) == place.metadataBytes()
                && frame.getInt(sealAt) == SEAL_MAGIC
                && frame.getLong(sealAt + 8) == place.bodyBytes()
                && frame.getInt(sealAt + 4) == checksum(frame, sealAt);
    }

    /// The checksum of the message at a place that was found whole.
    static int checksum(FileChannel file, Place place) throws IOException {
        return read(
                        file,
                        place.offset() + PREFIX_BYTES + place.metadataBytes() - SEAL_BYTES,
                        SEAL_BYTES)
                .getInt(4);
    }

    /// Reads the schema message at a place that was found whole.
    static Schema schema(FileChannel file, Place place) throws IOException {
        return MessageSerializer.deserializeSchema(message(file, place));
    }

    /// How many rows the batch at a place that was found whole has.
    static int rows(FileChannel file, Place place) throws IOException {
        return Math.toIntExact(
                ((RecordBatch) message(file, place).header(new RecordBatch())).length());
    }

    private static Message message(FileChannel file, Place place) throws IOException {
        return Message.getRootAsMessage(
                read(file, place.offset() + PREFIX_BYTES, place.metadataBytes()));
    }

    /// Reads a batch and checks it; empty when it is not as it was written. The caller closes it.
    static Optional<ArrowRecordBatch> batch(FileChannel file, Place place, BufferAllocator memory)
            throws IOException {
        int length = Math.toIntExact(place.end() - place.offset());
        try (ArrowBuf bytes = memory.buffer(length)) {
            ByteBuffer frame = bytes.nioBuffer(0, length).order(ByteOrder.LITTLE_ENDIAN);
            if (!fill(file, place.offset(), frame) || !isWhole(frame.flip(), place)) {
                return Optional.empty();
            }
            Message message =
                    Message.getRootAsMessage(frame.slice(PREFIX_BYTES, place.metadataBytes()));
            ArrowBuf body =
                    bytes.slice((long) PREFIX_BYTES + place.metadataBytes(), place.bodyBytes());
            body.getReferenceManager().retain();
            return Optional.of(MessageSerializer.deserializeRecordBatch(message, body));
        }
    }

    /// Up to `length` bytes from an offset; fewer at the end of the file, none outside of it.
    private static ByteBuffer read(FileChannel file, long offset, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        if (offset >= 0) {
            fill(file, offset, bytes);
        }
        return bytes.flip();
    }

    private static boolean fill(FileChannel file, long offset, ByteBuffer bytes)
            throws IOException {
        long at = offset;
        while (bytes.hasRemaining()) {
            int read = file.read(bytes, at);
            if (read < 0) {
                return false;
            }
            at += read;
        }
        return true;
    }
}
