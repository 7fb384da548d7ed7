package dev.mobula.retrieval.frozen;

import static dev.mobula.retrieval.RetrievalException.corrupt;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.frozen.SnapshotHeader.Extent;
import dev.mobula.retrieval.frozen.SnapshotHeader.Section;
import dev.mobula.retrieval.kernels.Kernels;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.RowLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/*
 * What opening proves: every section lies where the header's numbers put it, the structure (names, links, upper layers,
 * ids) has the checksums it was written with, and every link leads to a row that exists. After that a search cannot
 * leave the file whatever the vectors hold; those are read in full by verify().
 */

/// Checks a mapped snapshot, section by section, and reads the small parts of it.
final class SnapshotStructure {
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN);
    private static final int CHECKSUM_BLOCK_BYTES = 1 << 24;
    private static final int LAYERS_MAX = 64;

    private final String file;
    private final SnapshotHeader header;
    private final MemorySegment segment;

    SnapshotStructure(String file, SnapshotHeader header, MemorySegment segment) {
        this.file = file;
        this.header = header;
        this.segment = segment;
    }

    /// Ranges of the header's numbers, and sections without gaps.
    RowLayout checkLayout() {
        int count = header.count();
        check(count >= 0 && count < Beam.ROWS_MAX, "rows", count);
        checkGraphNumbers(count);
        int leaves = header.structure() == Structure.LEAVES ? LeafBuilder.leaves(count) : 0;
        check(header.leaves() == leaves, "leaves", header.leaves());
        RowLayout layout;
        try {
            layout = new RowLayout(header.dimension());
        } catch (RetrievalException outside) {
            throw corrupt(file + ": " + outside.getMessage());
        }
        long end = SnapshotHeader.BYTES;
        for (Section section : Section.values()) {
            Extent extent = header.extent(section);
            check(extent.offset() == end, section + ".offset", extent.offset());
            check(extent.bytes() >= 0, section + ".bytes", extent.bytes());
            end += extent.bytes();
            check(end <= segment.byteSize(), section + ".bytes", extent.bytes());
        }
        check(end == segment.byteSize(), "bytes", segment.byteSize());
        checkSize(Section.LINKS, 4L * count * header.baseLinks());
        checkSize(Section.IDS, 8L * count);
        checkSize(Section.ROWS_BY_ID, 4L * count);
        checkSize(Section.SCALES, leaves > 0 ? 0 : 4L * count);
        checkSize(Section.SQUARES, header.metric() == Metric.SQUARED_L2 ? 4L * count : 0);
        checkSize(Section.CODES, leaves > 0 ? 0 : layout.codeRowBytes() * count);
        checkSize(Section.VECTORS, layout.floatRowBytes() * count);
        checkSize(Section.LEAF_STARTS, 4L * (leaves + 1));
        long centres = (long) Leaves.centreBlocks(leaves) * Kernels.PADDING;
        checkSize(Section.CENTRES, centres * layout.floatRowBytes());
        checkSize(Section.POINTS, leaves > 0 ? 4L * Leaves.pointFloats(layout.length()) : 0);
        return layout;
    }

    private void checkGraphNumbers(int count) {
        if (header.structure() == Structure.LEAVES) {
            check(header.upperLinks() == 0, "links", header.upperLinks());
            check(header.entry() == -1, "entry", header.entry());
            return;
        }
        check(
                header.baseLinks() >= 4 && header.baseLinks() <= 128,
                "baseLinks",
                header.baseLinks());
        check(header.upperLinks() >= 2 && header.upperLinks() <= 64, "links", header.upperLinks());
        check(header.entry() >= (count == 0 ? -1 : 0), "entry", header.entry());
        check(header.entry() < count, "entry", header.entry());
    }

    /// The first row of every leaf and the number of rows: none descends, and there are codes for all.
    int[] readLeafStarts(int length) {
        int[] starts = readInts(header.extent(Section.LEAF_STARTS), 0, header.leaves() + 1L);
        check(starts[0] == 0, "first row of leaf 0", starts[0]);
        for (int leaf = 1; leaf < starts.length; leaf++) {
            check(starts[leaf] >= starts[leaf - 1], "first row of leaf " + leaf, starts[leaf]);
        }
        int rows = header.leaves() == 0 ? 0 : header.count();
        check(starts[header.leaves()] == rows, "rows of all leaves", starts[header.leaves()]);
        long blocks = Leaves.blockStarts(starts)[header.leaves()];
        checkSize(Section.LEAF_CODES, blocks * Leaves.blockBytes(length));
        return starts;
    }

    float[] readPoints() {
        Extent extent = header.extent(Section.POINTS);
        return segment.asSlice(extent.offset(), extent.bytes()).toArray(FLOAT);
    }

    /// Reads a section in full and compares its checksum.
    void checkSum(Section section) {
        Extent extent = header.extent(section);
        CRC32C crc = new CRC32C();
        for (long at = 0; at < extent.bytes(); ) {
            long bytes = Math.min(CHECKSUM_BLOCK_BYTES, extent.bytes() - at);
            crc.update(segment.asSlice(extent.offset() + at, bytes).asByteBuffer());
            at += bytes;
        }
        int actual = (int) crc.getValue();
        if (actual != extent.checksum()) {
            throw corrupt(
                    "%s: checksum of %s is %08x, expected %08x"
                            .formatted(file, section, actual, extent.checksum()));
        }
    }

    AttributeSchema readSchema() {
        Extent extent = header.extent(Section.SCHEMA);
        byte[] bytes = segment.asSlice(extent.offset(), extent.bytes()).toArray(JAVA_BYTE);
        String names = new String(bytes, StandardCharsets.UTF_8);
        int end = names.indexOf(0) < 0 ? names.length() : names.indexOf(0);
        AttributeSchema schema =
                end == 0
                        ? AttributeSchema.NONE
                        : AttributeSchema.of(names.substring(0, end).split("\n", -1));
        checkSize(Section.ATTRIBUTES, 8L * header.count() * schema.columns().size());
        return schema;
    }

    /// Every base link is a row or the end mark.
    void checkLinks() {
        long from = header.extent(Section.LINKS).offset();
        long slots = (long) header.count() * header.baseLinks();
        int count = header.count();
        for (long slot = 0; slot < slots; slot++) {
            int link = segment.get(INT, from + 4 * slot);
            if (link < LayeredGraph.NONE || link >= count) {
                throw corrupt(
                        file
                                + ": row "
                                + slot / header.baseLinks()
                                + " links to "
                                + link
                                + ", rows="
                                + count);
            }
        }
    }

    /// The rows in the order of their ids are a permutation, and no id is there twice.
    void checkIds() {
        long ids = header.extent(Section.IDS).offset();
        long rows = header.extent(Section.ROWS_BY_ID).offset();
        long last = 0;
        for (int i = 0; i < header.count(); i++) {
            int row = segment.get(INT, rows + 4L * i);
            check(row >= 0 && row < header.count(), "row of id " + i, row);
            long id = segment.get(LONG, ids + 8L * row);
            check(i == 0 || id > last, "id after " + last, id);
            last = id;
        }
    }

    List<LayeredGraph.Layer> readLayers() {
        if (header.structure() == Structure.LEAVES) {
            checkSize(Section.UPPER, 0);
            return List.of();
        }
        Extent extent = header.extent(Section.UPPER);
        int layers = readInt(extent, 0);
        check(layers >= 0 && layers <= LAYERS_MAX, "layers", layers);
        List<LayeredGraph.Layer> read = new ArrayList<>();
        long at = 4;
        for (int level = 1; level <= layers; level++) {
            int size = readInt(extent, at);
            check(size > 0 && size <= header.count(), "rows of layer " + level, size);
            int[] rows = readInts(extent, at + 4, size);
            int[] links = readInts(extent, at + 4 + 4L * size, (long) size * header.upperLinks());
            checkLayer(level, rows, links);
            read.add(new LayeredGraph.Layer(rows, header.upperLinks(), links));
            at += 4 + 4L * size * (1 + header.upperLinks());
        }
        check(SnapshotHeader.aligned(at) == extent.bytes(), "bytes of layers", at);
        checkWayDown(read);
        return read;
    }

    /* The entry is on the top layer, and every row of a layer on the one below it. */
    private void checkWayDown(List<LayeredGraph.Layer> layers) {
        int[] above = {header.entry()};
        for (int i = layers.size() - 1; i >= 0; i--) {
            int[] rows = layers.get(i).rows();
            for (int row : above) {
                check(Arrays.binarySearch(rows, row) >= 0, "row above layer " + (i + 1), row);
            }
            above = rows;
        }
    }

    private void checkLayer(int level, int[] rows, int[] links) {
        for (int i = 0; i < rows.length; i++) {
            boolean ascends = i == 0 ? rows[0] >= 0 : rows[i] > rows[i - 1];
            check(ascends && rows[i] < header.count(), "row of layer " + level, rows[i]);
        }
        for (int link : links) {
            check(link >= LayeredGraph.NONE && link < rows.length, "link of layer " + level, link);
        }
    }

    private int[] readInts(Extent extent, long at, long count) {
        check(at + 4 * count <= extent.bytes(), "bytes of layers", at + 4 * count);
        int[] values = new int[(int) count];
        MemorySegment.copy(segment, INT, extent.offset() + at, values, 0, values.length);
        return values;
    }

    private int readInt(Extent extent, long at) {
        check(at + 4 <= extent.bytes(), "bytes of layers", at + 4);
        return segment.get(INT, extent.offset() + at);
    }

    private void checkSize(Section section, long bytes) {
        long actual = header.extent(section).bytes();
        check(actual == SnapshotHeader.aligned(bytes), section + ".bytes", actual);
    }

    private void check(boolean holds, String name, long value) {
        if (!holds) {
            throw corrupt(file + ": " + name + "=" + value + " cannot be");
        }
    }
}
