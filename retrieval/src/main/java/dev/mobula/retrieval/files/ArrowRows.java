package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.corrupt;
import static dev.mobula.retrieval.RetrievalException.invalid;

import dev.mobula.retrieval.filters.TextCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The rows of an Arrow IPC file, plain or zstd. LZ4 is refused: Arrow's Java codec for it is too slow to use.
final class ArrowRows implements RowReader {
    private static final Logger LOG = LoggerFactory.getLogger(ArrowRows.class);
    private static final long MEMORY_MAX = 4L << 30;
    private static final long MEMORY_MIN = 32L << 20;
    private static final long UNPACKED_TIMES_MAX = 100;
    private static final int TRAILER_BYTES = 10;

    private final Path path;
    private final VectorColumns columns;
    private final BufferAllocator allocator;
    private final ArrowFileReader reader;
    private final BaseIntVector ids;
    private final FieldVector vectors;
    private final List<FieldVector> attributes = new ArrayList<>();
    private int dimension;
    private int row;
    private int rowsInBatch;
    private boolean failed = true;

    private ArrowRows(
            Path path, VectorColumns columns, FileChannel channel, BufferAllocator allocator)
            throws IOException {
        this.path = path;
        this.columns = columns;
        this.allocator = allocator;
        this.reader = new ArrowFileReader(channel, allocator, new OnlyZstd(path));
        if (!(find(columns.id()) instanceof BaseIntVector whole)) {
            throw wrongType(columns.id(), "whole numbers");
        }
        this.ids = whole;
        this.vectors = find(columns.vector());
        if (!(values(vectors) instanceof Float4Vector || values(vectors) instanceof Float8Vector)) {
            throw wrongType(columns.vector(), "lists of floats");
        }
        for (String name : columns.attributes()) {
            FieldVector found = find(name);
            if (!(found instanceof BaseIntVector
                    || found instanceof TimeStampVector
                    || found instanceof BitVector
                    || found instanceof VarCharVector)) {
                throw wrongType(name, "whole numbers, times, booleans or short texts");
            }
            attributes.add(found);
        }
        if (hasNext()) {
            dimension = length(0);
        }
        failed = false;
    }

    static ArrowRows open(Path path, VectorColumns columns) throws IOException {
        FileChannel channel = FileChannel.open(path);
        BufferAllocator allocator = new RootAllocator(memoryMax(channel.size()));
        try {
            checkTrailer(path, channel);
            return new ArrowRows(path, columns, channel, allocator);
        } catch (IOException | RuntimeException e) {
            channel.close();
            release(path, allocator);
            throw e;
        }
    }

    /// What a file of this size may unpack to: a damaged length must not take the machine.
    private static long memoryMax(long fileBytes) {
        return Math.min(MEMORY_MAX, MEMORY_MIN + UNPACKED_TIMES_MAX * fileBytes);
    }

    /// The length of the footer, which the library would allocate unseen.
    private static void checkTrailer(Path path, FileChannel channel) throws IOException {
        ByteBuffer trailer = ByteBuffer.allocate(TRAILER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        long start = channel.size() - TRAILER_BYTES;
        if (start < TRAILER_BYTES || channel.read(trailer, start) != TRAILER_BYTES) {
            throw corrupt(path + ": only " + channel.size() + " bytes");
        }
        int footer = trailer.getInt(0);
        if (footer < 1 || footer > start) {
            throw corrupt(path + ": footer of " + footer + " bytes");
        }
    }

    /// Decoders for what may be read.
    private record OnlyZstd(Path path) implements CompressionCodec.Factory {
        @Override
        public CompressionCodec createCodec(CompressionUtil.CodecType type) {
            return switch (type) {
                case NO_COMPRESSION -> NoCompressionCodec.INSTANCE;
                case ZSTD -> CommonsCompressionFactory.INSTANCE.createCodec(type);
                case LZ4_FRAME ->
                        throw invalid(path + " compression", type, "must be zstd or none");
            };
        }

        @Override
        public CompressionCodec createCodec(CompressionUtil.CodecType type, int level) {
            return createCodec(type);
        }
    }

    private FieldVector find(String name) throws IOException {
        FieldVector found = reader.getVectorSchemaRoot().getVector(name);
        if (found == null) {
            throw invalid(
                    path + " column",
                    name,
                    "is not one of "
                            + reader.getVectorSchemaRoot().getSchema().getFields().stream()
                                    .map(field -> field.getName())
                                    .toList());
        }
        return found;
    }

    private RuntimeException wrongType(String name, String wanted) throws IOException {
        return invalid(
                path + " column " + name, find(name).getField().getType(), "must hold " + wanted);
    }

    private static @Nullable FieldVector values(FieldVector vector) {
        return switch (vector) {
            case FixedSizeListVector list -> list.getDataVector();
            case ListVector list -> list.getDataVector();
            default -> null;
        };
    }

    @Override
    public int dimension() {
        return dimension;
    }

    @Override
    public OptionalLong rows() {
        return OptionalLong.empty();
    }

    @Override
    public boolean hasNext() throws IOException {
        while (row >= rowsInBatch) {
            failed = true;
            boolean more = reader.loadNextBatch();
            failed = false;
            if (!more) {
                return false;
            }
            row = 0;
            rowsInBatch = reader.getVectorSchemaRoot().getRowCount();
        }
        return true;
    }

    private int start(int at) {
        return vectors instanceof ListVector list ? list.getElementStartIndex(at) : at * length(at);
    }

    private int length(int at) {
        return vectors instanceof ListVector list
                ? list.getElementEndIndex(at) - list.getElementStartIndex(at)
                : ((FixedSizeListVector) vectors).getListSize();
    }

    @Override
    public void read(VectorBatch batch, int at) {
        if (isNull((FieldVector) ids, row) || isNull(vectors, row)) {
            throw invalid(path + " row in batch", row, "id and vector must not be null");
        }
        int length = length(row);
        if (length != dimension) {
            throw invalid(
                    path + " " + columns.vector() + " length",
                    length,
                    "must be " + dimension + " as in the first row");
        }
        batch.id(at, ids.getValueAsLong(row));
        int start = start(row);
        FieldVector values = values(vectors);
        for (int i = 0; i < length; i++) {
            batch.component(
                    at,
                    i,
                    values instanceof Float4Vector floats
                            ? floats.get(start + i)
                            : values instanceof Float8Vector doubles
                                    ? (float) doubles.get(start + i)
                                    : Float.NaN);
        }
        for (int i = 0; i < attributes.size(); i++) {
            batch.attribute(at, i, attribute(attributes.get(i), row));
        }
        row++;
    }

    private static boolean isNull(FieldVector vector, int at) {
        return vector.getNullCount() > 0 && vector.isNull(at);
    }

    /// A null attribute is 0, as one that is not named.
    private static long attribute(FieldVector vector, int at) {
        if (isNull(vector, at)) {
            return 0;
        }
        return switch (vector) {
            case BaseIntVector whole -> whole.getValueAsLong(at);
            case TimeStampVector time -> time.get(at);
            case BitVector bit -> bit.get(at);
            case VarCharVector text -> TextCode.of(text.getName(), text(text, at));
            default -> throw new IllegalStateException("attribute " + vector.getField());
        };
    }

    private static String text(VarCharVector texts, int at) {
        return new String(texts.get(at), StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        try {
            reader.close();
        } finally {
            if (failed) {
                release(path, allocator);
            } else {
                allocator.close();
            }
        }
    }

    /// After a failure inside the library some of its buffers are out of reach; closing the allocator then complains.
    private static void release(Path path, BufferAllocator allocator) {
        long lost = allocator.getAllocatedMemory();
        if (lost == 0) {
            allocator.close();
        } else {
            LOG.warn("{}: a damaged file left {} bytes out of reach", path, lost);
        }
    }
}
