package dev.mobula.retrieval.frozen;

import static dev.mobula.retrieval.RetrievalException.corrupt;

import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.RowLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.CRC32C;

/*
 * The first 4096 bytes of a snapshot, little-endian:
 *
 *      0  magic "MOBULAIX"                24  rows                       48  bytes of the file
 *      8  version                         28  slots of a base row        56  sections
 *     12  bytes of the header             32  slots of an upper row      60  leaves
 *     16  metric                          36  entry row, or -1           64  sections x {kind 4, crc32c 4, offset 8,
 *     20  dimension                       40  position of the stream         bytes 8}
 *                                                                      4092  crc32c of all before it
 *
 * An index without a graph has no slots in a base row, and empty sections for links, layers, scales and int8 codes; one
 * without leaves has empty sections for theirs.
 *
 * Sections follow without a gap; each is padded with zeros to 64 bytes, and the padding belongs to it, so that every
 * byte of the file is under exactly one checksum.
 */

/// The head of a snapshot file: what it holds, where, and the checksum of each part.
record SnapshotHeader(
        Metric metric,
        int dimension,
        int count,
        int baseLinks,
        int upperLinks,
        int entry,
        int leaves,
        long position,
        Map<Section, Extent> sections) {

    static final int BYTES = 4096;
    static final int ALIGNMENT = RowLayout.LINE_BYTES;
    static final int VERSION = 2;

    private static final long MAGIC =
            ByteBuffer.wrap(new byte[] {'M', 'O', 'B', 'U', 'L', 'A', 'I', 'X'})
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
    private static final int SECTIONS_AT = 64;
    private static final int SECTION_BYTES = 24;
    private static final int CHECKSUM_AT = BYTES - 4;

    /// The parts of the file, in their order.
    enum Section {
        SCHEMA(0, true),
        LINKS(1, true),
        UPPER(2, true),
        IDS(3, true),
        ROWS_BY_ID(4, true),
        SCALES(5, false),
        SQUARES(6, false),
        CODES(7, false),
        VECTORS(8, false),
        ATTRIBUTES(9, false),
        LEAF_STARTS(10, true),
        CENTRES(11, false),
        POINTS(12, false),
        LEAF_CODES(13, false);

        private final int code;
        private final boolean structure;

        Section(int code, boolean structure) {
            this.code = code;
            this.structure = structure;
        }

        /// Whether a flipped bit in it could send a search to memory that is not there.
        boolean isStructure() {
            return structure;
        }
    }

    /// Where a section lies, padding included, and the checksum of these bytes.
    record Extent(long offset, long bytes, int checksum) {}

    SnapshotHeader {
        sections = Map.copyOf(sections);
    }

    Structure structure() {
        return baseLinks == 0 ? Structure.LEAVES : Structure.GRAPH;
    }

    long fileBytes() {
        return BYTES + sections.values().stream().mapToLong(Extent::bytes).sum();
    }

    Extent extent(Section section) {
        return Objects.requireNonNull(sections.get(section));
    }

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putLong(MAGIC).putInt(VERSION).putInt(BYTES);
        out.putInt(metric.code()).putInt(dimension).putInt(count);
        out.putInt(baseLinks).putInt(upperLinks).putInt(entry);
        out.putLong(position).putLong(fileBytes()).putInt(Section.values().length);
        out.putInt(leaves);
        out.position(SECTIONS_AT);
        for (Section section : Section.values()) {
            Extent extent = extent(section);
            out.putInt(section.code).putInt(extent.checksum());
            out.putLong(extent.offset()).putLong(extent.bytes());
        }
        out.putInt(CHECKSUM_AT, checksum(out));
        return out.clear();
    }

    /// Reads and checks everything that can be checked without the rest of the file.
    static SnapshotHeader decode(String file, ByteBuffer bytes, long fileBytes) {
        ByteBuffer in = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        if (in.getLong(0) != MAGIC) {
            throw corrupt(file + ": is not an index snapshot (magic differs)");
        }
        if (in.getInt(8) != VERSION) {
            throw corrupt(file + ": version=" + in.getInt(8) + ", this build reads " + VERSION);
        }
        int expected = in.getInt(CHECKSUM_AT);
        int actual = checksum(in);
        if (actual != expected) {
            throw corrupt(
                    "%s: header checksum is %08x, expected %08x".formatted(file, actual, expected));
        }
        if (in.getLong(48) != fileBytes) {
            throw corrupt(file + ": bytes=" + fileBytes + ", header says " + in.getLong(48));
        }
        return fields(file, in);
    }

    private static SnapshotHeader fields(String file, ByteBuffer in) {
        int code = in.getInt(16);
        Metric metric =
                Metric.ofCode(code)
                        .orElseThrow(() -> corrupt(file + ": metric=" + code + " is unknown"));
        Map<Section, Extent> sections = new EnumMap<>(Section.class);
        for (Section section : Section.values()) {
            int at = SECTIONS_AT + section.code * SECTION_BYTES;
            sections.put(
                    section,
                    new Extent(in.getLong(at + 8), in.getLong(at + 16), in.getInt(at + 4)));
        }
        return new SnapshotHeader(
                metric,
                in.getInt(20),
                in.getInt(24),
                in.getInt(28),
                in.getInt(32),
                in.getInt(36),
                in.getInt(60),
                in.getLong(40),
                sections);
    }

    private static int checksum(ByteBuffer header) {
        CRC32C crc = new CRC32C();
        crc.update(header.duplicate().clear().limit(CHECKSUM_AT));
        return (int) crc.getValue();
    }

    /// The smallest multiple of the alignment that holds so many bytes.
    static long aligned(long bytes) {
        return (bytes + ALIGNMENT - 1) & -ALIGNMENT;
    }
}
