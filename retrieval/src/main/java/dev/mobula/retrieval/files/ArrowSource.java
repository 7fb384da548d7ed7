package dev.mobula.retrieval.files;

import static dev.mobula.retrieval.RetrievalException.corrupt;
import static dev.mobula.retrieval.RetrievalException.invalid;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// An Arrow IPC file from anywhere, plain or zstd, read batch by batch within bounds of memory.
///
/// LZ4 is refused: Arrow's Java codec for it is too slow to use. What the library throws on a damaged file passes
/// through; the caller knows that all of it means damage.
public final class ArrowSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArrowSource.class);
    private static final long MEMORY_MAX = 4L << 30;
    private static final long MEMORY_MIN = 32L << 20;
    private static final long UNPACKED_TIMES_MAX = 100;
    private static final int TRAILER_BYTES = 10;

    private final Path path;
    private final FileChannel channel;
    private final BufferAllocator allocator;
    private final ArrowFileReader reader;
    private final VectorSchemaRoot root;
    private boolean failed;

    private ArrowSource(Path path, FileChannel channel, BufferAllocator allocator)
            throws IOException {
        this.path = path;
        this.channel = channel;
        this.allocator = allocator;
        this.reader = new ArrowFileReader(channel, allocator, onlyZstd(path));
        this.root = reader.getVectorSchemaRoot();
    }

    public static ArrowSource open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path);
        BufferAllocator allocator = new RootAllocator(memoryMax(channel.size()));
        try {
            checkTrailer(path, channel);
            return new ArrowSource(path, channel, allocator);
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
    public static CompressionCodec.Factory onlyZstd(Path path) {
        return new OnlyZstd(path);
    }

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

    /// The columns of the batch that was read last.
    public VectorSchemaRoot root() {
        return root;
    }

    /// The reader, for its dictionaries.
    public ArrowFileReader reader() {
        return reader;
    }

    /// Reads the next batch; false after the last.
    public boolean next() throws IOException {
        failed = true;
        boolean more = reader.loadNextBatch();
        failed = false;
        return more;
    }

    /// The share of the file's bytes that was read.
    public double done() throws IOException {
        return channel.isOpen() ? (double) channel.position() / Math.max(1, channel.size()) : 1;
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
