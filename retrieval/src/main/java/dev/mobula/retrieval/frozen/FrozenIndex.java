package dev.mobula.retrieval.frozen;

import static dev.mobula.retrieval.RetrievalException.corrupt;
import static dev.mobula.retrieval.frozen.SnapshotStructure.INT;
import static dev.mobula.retrieval.frozen.SnapshotStructure.LONG;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.filters.AttributeSchema;
import dev.mobula.retrieval.filters.Columns;
import dev.mobula.retrieval.frozen.SnapshotHeader.Section;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.retrieval.vectors.RowLayout;
import dev.mobula.retrieval.vectors.VectorRows;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.LongSupplier;

/// A snapshot file opened for search: memory-mapped, immutable, shared by any number of threads.
///
/// Opening checks the header, the checksums of everything that a search follows, and every link; [#verify()] reads the
/// rest. Whoever opens it closes it, after the last search.
public final class FrozenIndex implements Columns, AutoCloseable {
    private final Path file;
    private final Arena arena;
    private final SnapshotHeader header;
    private final SnapshotStructure structure;
    private final RowLayout layout;
    private final AttributeSchema schema;
    private final List<LayeredGraph.Layer> layers;
    private final int[] leafStarts;
    private final float[] leafPoints;
    private final MemorySegment segment;
    private final long idsAt;
    private final long attributesAt;

    private FrozenIndex(Path file, Arena arena, SnapshotHeader header, MemorySegment segment) {
        this.file = file;
        this.arena = arena;
        this.header = header;
        this.segment = segment;
        structure = new SnapshotStructure(file.toString(), header, segment);
        layout = structure.checkLayout();
        for (Section section : Section.values()) {
            if (section.isStructure()) {
                structure.checkSum(section);
            }
        }
        schema = structure.readSchema();
        structure.checkLinks();
        structure.checkIds();
        layers = structure.readLayers();
        leafStarts = structure.readLeafStarts(layout.length());
        leafPoints = structure.readPoints();
        idsAt = offset(Section.IDS);
        attributesAt = offset(Section.ATTRIBUTES);
    }

    /// Opens a snapshot file; one that is not what was written is refused with what differs.
    public static FrozenIndex open(Path file) {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            SnapshotHeader header = readHeader(file, channel);
            MemorySegment segment =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            FrozenIndex index = new FrozenIndex(file, arena, header, segment);
            opened = true;
            return index;
        } catch (NoSuchFileException missing) {
            throw new RetrievalException(
                    RetrievalException.Code.NOT_FOUND, "snapshot " + file + " is missing", missing);
        } catch (IOException failure) {
            throw new RetrievalException(
                    RetrievalException.Code.IO,
                    "snapshot " + file + " cannot be read: " + failure.getMessage(),
                    failure);
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    private static SnapshotHeader readHeader(Path file, FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SnapshotHeader.BYTES);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes) < 0) {
                throw corrupt(
                        file
                                + ": bytes="
                                + channel.size()
                                + ", less than a header of "
                                + SnapshotHeader.BYTES);
            }
        }
        return SnapshotHeader.decode(file.toString(), bytes.flip(), channel.size());
    }

    /// Reads what opening did not: codes, vectors and attributes, each against its checksum.
    public void verify() {
        for (Section section : Section.values()) {
            if (!section.isStructure()) {
                structure.checkSum(section);
            }
        }
    }

    /// Working memory for one thread at a time; `nanoClock` decides when a deadline has passed.
    public FrozenSearcher searcher(LongSupplier nanoClock) {
        return switch (structure()) {
            case GRAPH -> new GraphSearcher(this, nanoClock);
            case LEAVES -> new LeafSearcher(this, nanoClock);
        };
    }

    public Path file() {
        return file;
    }

    /// What it finds near rows by.
    public Structure structure() {
        return header.structure();
    }

    public Metric metric() {
        return header.metric();
    }

    public int count() {
        return header.count();
    }

    public int dimension() {
        return header.dimension();
    }

    /// The position of the change stream up to which this snapshot holds every change.
    public long position() {
        return header.position();
    }

    /// Bytes of the file.
    public long bytes() {
        return segment.byteSize();
    }

    /// Bytes of the file that attributes take.
    public long attributeBytes() {
        return header.extent(Section.ATTRIBUTES).bytes();
    }

    /// Links a node has on the base layer, on average.
    public double linksPerRow() {
        long at = offset(Section.LINKS);
        long links = 0;
        long slots = (long) count() * header.baseLinks();
        for (long slot = 0; slot < slots; slot++) {
            links += segment.get(INT, at + 4 * slot) >= 0 ? 1 : 0;
        }
        return count() == 0 ? 0 : (double) links / count();
    }

    /// The row that holds an id.
    public OptionalInt row(long id) {
        int low = 0;
        int high = count() - 1;
        long rowsAt = offset(Section.ROWS_BY_ID);
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int row = segment.get(INT, rowsAt + 4L * middle);
            long found = id(row);
            if (found == id) {
                return OptionalInt.of(row);
            }
            if (found < id) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return OptionalInt.empty();
    }

    @Override
    public AttributeSchema schema() {
        return schema;
    }

    @Override
    public long id(int row) {
        return segment.get(LONG, idsAt + 8L * row);
    }

    @Override
    public long value(int column, int row) {
        return segment.get(LONG, attributesAt + 8L * ((long) column * header.count() + row));
    }

    /// Copies the stored vector of a row, padded, of length one for cosine.
    public void vector(int row, float[] into) {
        MemorySegment.copy(
                segment,
                java.lang.foreign.ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(LITTLE_ENDIAN),
                vectorOffset(row),
                into,
                0,
                layout.length());
    }

    /// Copies the stored vector of a row into rows of the same layout.
    public void copyVector(int row, VectorRows into, int intoRow) {
        into.setFrom(intoRow, segment, vectorOffset(row));
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }

    private long vectorOffset(int row) {
        return offset(Section.VECTORS) + layout.floatRowBytes() * row;
    }

    long offset(Section section) {
        return header.extent(section).offset();
    }

    MemorySegment segment() {
        return segment;
    }

    RowLayout layout() {
        return layout;
    }

    int entry() {
        return header.entry();
    }

    int baseLinks() {
        return header.baseLinks();
    }

    int[] leafStarts() {
        return leafStarts;
    }

    float[] leafPoints() {
        return leafPoints;
    }

    List<LayeredGraph.Layer> layers() {
        return layers;
    }
}
