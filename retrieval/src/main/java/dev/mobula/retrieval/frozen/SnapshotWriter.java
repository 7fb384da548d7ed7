package dev.mobula.retrieval.frozen;

import static dev.mobula.retrieval.frozen.SnapshotHeader.Section;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.frozen.SnapshotHeader.Extent;
import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.retrieval.vectors.Int8Rows;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.RowLayout;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.Map;
import java.util.zip.CRC32C;

/// Writes a snapshot file: whole and synced under its name, or not at all.
final class SnapshotWriter {
    private static final Kernels KERNELS = Kernels.best();
    private static final int BUFFER_BYTES = 1 << 20;

    private final SnapshotContent content;
    private final Parts parts;
    private final FileChannel channel;
    private final ByteBuffer buffer =
            ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private final Map<Section, Extent> sections = new EnumMap<>(Section.class);
    private final float[] scales;
    private CRC32C crc = new CRC32C();
    private long written;

    /// What a search goes by, and where the vector of each row lies in the content's block.
    @SuppressWarnings("ArrayRecordComponent")
    record Parts(
            Structure structure,
            LayeredGraph graph,
            int upperLinks,
            Leaves leaves,
            int[] vectorRows) {
        static Parts of(LayeredGraph graph, int upperLinks, int[] vectorRows) {
            return new Parts(Structure.GRAPH, graph, upperLinks, Leaves.NONE, vectorRows);
        }

        static Parts of(Leaves leaves, int[] vectorRows) {
            return new Parts(Structure.LEAVES, LayeredGraph.EMPTY, 0, leaves, vectorRows);
        }
    }

    private SnapshotWriter(SnapshotContent content, Parts parts, FileChannel channel) {
        this.content = content;
        this.parts = parts;
        this.channel = channel;
        this.scales = new float[content.ids().length];
    }

    /// Writes beside the target, syncs, and renames; a failure leaves nothing behind.
    static void write(Path file, SnapshotContent content, Parts parts) {
        Path parent = file.toAbsolutePath().getParent();
        Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
        try {
            Files.createDirectories(parent);
            try (FileChannel channel =
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                new SnapshotWriter(content, parts, channel).writeAll();
                channel.force(true);
            }
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(parent, StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException failure) {
            discard(temporary, failure);
            throw new RetrievalException(
                    RetrievalException.Code.IO,
                    "snapshot " + file + " was not written: " + failure.getMessage(),
                    failure);
        }
    }

    private static void discard(Path temporary, IOException failure) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
    }

    private void writeAll() throws IOException {
        int[] rowsById = content.rowsByAscendingId();
        channel.position(SnapshotHeader.BYTES);
        written = SnapshotHeader.BYTES;
        for (Section section : Section.values()) {
            long start = written + buffer.position();
            crc = new CRC32C();
            writeSection(section, rowsById);
            pad();
            flush();
            sections.put(section, new Extent(start, written - start, (int) crc.getValue()));
        }
        ByteBuffer header = header().encode();
        for (long at = 0; header.hasRemaining(); ) {
            at += channel.write(header, at);
        }
    }

    private SnapshotHeader header() {
        return new SnapshotHeader(
                content.metric(),
                content.rows().layout().dimension(),
                content.ids().length,
                parts.graph.baseLinks(),
                parts.upperLinks,
                parts.graph.entry(),
                parts.leaves.count(),
                content.position(),
                sections);
    }

    private void writeSection(Section section, int[] rowsById) throws IOException {
        switch (section) {
            case SCHEMA -> putBytes(schemaBytes());
            case LINKS -> putInts(parts.graph.base());
            case UPPER -> writeLayers();
            case LEAF_STARTS -> putInts(parts.leaves.starts());
            case CENTRES -> putFloats(parts.leaves.centres());
            case POINTS -> putFloats(parts.leaves.points());
            case LEAF_CODES -> putBytes(parts.leaves.codes());
            case IDS -> putLongs(content.ids());
            case ROWS_BY_ID -> putInts(rowsById);
            case SCALES -> writeScales();
            case SQUARES -> writeSquares();
            case CODES -> writeCodes();
            case VECTORS -> writeVectors();
            case ATTRIBUTES -> {
                for (long[] column : content.columns()) {
                    putLongs(column);
                }
            }
        }
    }

    private byte[] schemaBytes() {
        return String.join("\n", content.schema().columns()).getBytes(StandardCharsets.UTF_8);
    }

    private void writeLayers() throws IOException {
        if (parts.structure == Structure.LEAVES) {
            return;
        }
        room(4).putInt(parts.graph.layers().size());
        for (LayeredGraph.Layer layer : parts.graph.layers()) {
            room(4).putInt(layer.rows().length);
            putInts(layer.rows());
            putInts(layer.links());
        }
    }

    /* Codes come after scales in the file, so the scales are found by a first encoding of every row. */
    private void writeScales() throws IOException {
        if (parts.structure == Structure.LEAVES) {
            return;
        }
        RowLayout layout = content.rows().layout();
        MemorySegment codes = MemorySegment.ofArray(new byte[layout.dimension()]);
        float[] row = new float[layout.length()];
        for (int i = 0; i < scales.length; i++) {
            content.rows().get(parts.vectorRows[i], row);
            scales[i] = Int8Rows.encode(row, layout.dimension(), codes, 0);
            room(4).putFloat(scales[i]);
        }
    }

    /* Squared lengths, which turn dot products into squared distances; no other metric needs them. */
    private void writeSquares() throws IOException {
        if (content.metric() != Metric.SQUARED_L2) {
            return;
        }
        float[] row = new float[content.rows().layout().length()];
        for (int i = 0; i < content.ids().length; i++) {
            content.rows().get(parts.vectorRows[i], row);
            room(4).putFloat(KERNELS.dot(row, 0, row, 0, row.length));
        }
    }

    private void writeCodes() throws IOException {
        if (parts.structure == Structure.LEAVES) {
            return;
        }
        RowLayout layout = content.rows().layout();
        MemorySegment codes = MemorySegment.ofArray(new byte[(int) layout.codeRowBytes()]);
        ByteBuffer bytes = codes.asByteBuffer();
        float[] row = new float[layout.length()];
        for (int i = 0; i < scales.length; i++) {
            content.rows().get(parts.vectorRows[i], row);
            Int8Rows.encode(row, layout.dimension(), codes, 0);
            room((int) layout.codeRowBytes()).put(bytes.clear());
        }
    }

    private void writeVectors() throws IOException {
        RowLayout layout = content.rows().layout();
        MemorySegment all = content.rows().segment();
        int rowBytes = (int) layout.floatRowBytes();
        MemorySegment target = MemorySegment.ofBuffer(buffer.duplicate().clear());
        for (int row : parts.vectorRows) {
            int at = room(rowBytes).position();
            MemorySegment.copy(all, content.rows().offset(row), target, at, rowBytes);
            buffer.position(at + rowBytes);
        }
    }

    private void putBytes(byte[] bytes) throws IOException {
        for (int at = 0; at < bytes.length; ) {
            int part = Math.min(bytes.length - at, room(1).remaining());
            buffer.put(bytes, at, part);
            at += part;
        }
    }

    private void putInts(int[] values) throws IOException {
        for (int value : values) {
            room(4).putInt(value);
        }
    }

    private void putFloats(float[] values) throws IOException {
        for (float value : values) {
            room(4).putFloat(value);
        }
    }

    private void putLongs(long[] values) throws IOException {
        for (long value : values) {
            room(8).putLong(value);
        }
    }

    private void pad() throws IOException {
        long end = written + buffer.position();
        for (long i = SnapshotHeader.aligned(end) - end; i > 0; i--) {
            room(1).put((byte) 0);
        }
    }

    private ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    private void flush() throws IOException {
        writeOut(buffer.flip());
        buffer.clear();
    }

    private void writeOut(ByteBuffer bytes) throws IOException {
        crc.update(bytes.duplicate());
        while (bytes.hasRemaining()) {
            written += channel.write(bytes);
        }
    }
}
