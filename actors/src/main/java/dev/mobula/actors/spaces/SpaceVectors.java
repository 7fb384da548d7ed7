package dev.mobula.actors.spaces;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.vectors.Metric;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.IntFunction;
import java.util.function.LongPredicate;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/*
 * Head (magic, dimension, metric, count), ids in rising order, vectors in the order of the ids, and the checksum of all of
 * it, little-endian. The file is mapped: what is not looked up takes no memory.
 */
/// A vector for every item that an encoder knows, in one file that never changes; shared by any number of threads.
public final class SpaceVectors implements AutoCloseable {
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfFloat FLOAT =
            ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final long MAGIC = 0x3145434150534d4cL;
    private static final int DIMENSION_AT = 8;
    private static final int METRIC_AT = 12;
    private static final int COUNT_AT = 16;
    private static final int HEAD_BYTES = 24;
    private static final int TAIL_BYTES = 8;
    private static final int DIMENSION_MAX = 4_096;
    private static final int BUFFER_BYTES = 1 << 20;
    private static final float[] NONE = {};

    private final Arena arena;
    private final MemorySegment segment;
    private final int dimension;
    private final int count;
    private final Metric metric;

    private SpaceVectors(Path file, Arena arena, MemorySegment segment) {
        this.arena = arena;
        this.segment = segment;
        long bytes = segment.byteSize();
        if (bytes < HEAD_BYTES + TAIL_BYTES || segment.get(LONG, 0) != MAGIC) {
            throw damaged(file, "is no file of vectors");
        }
        dimension = segment.get(INT, DIMENSION_AT);
        count = (int) segment.get(LONG, COUNT_AT);
        long expected = HEAD_BYTES + count * rowBytes(dimension) + TAIL_BYTES;
        if (dimension < 1 || dimension > DIMENSION_MAX || count < 0 || expected != bytes) {
            throw damaged(file, "has " + bytes + " bytes, its head says " + expected);
        }
        if (checksum(bytes - TAIL_BYTES) != segment.get(LONG, bytes - TAIL_BYTES)) {
            throw damaged(file, "differs from its checksum");
        }
        metric =
                Metric.ofCode(segment.get(INT, METRIC_AT))
                        .orElseThrow(() -> damaged(file, "has an unknown metric"));
    }

    private static RetrievalException damaged(Path file, String what) {
        return RetrievalException.corrupt(file + " " + what);
    }

    private static long rowBytes(int dimension) {
        return Long.BYTES + (long) Float.BYTES * dimension;
    }

    private long checksum(long bytes) {
        CRC32C crc = new CRC32C();
        for (long at = 0; at < bytes; at += BUFFER_BYTES) {
            crc.update(segment.asSlice(at, Math.min(BUFFER_BYTES, bytes - at)).asByteBuffer());
        }
        return crc.getValue();
    }

    /// Writes the vectors of these ids, which must rise; returns when they are on disk.
    public static void write(
            Path file, Metric metric, int dimension, long[] ids, IntFunction<float[]> vectorOf)
            throws IOException {
        for (int row = 1; row < ids.length; row++) {
            if (ids[row] <= ids[row - 1]) {
                throw RetrievalException.invalid("id", ids[row], "must be above " + ids[row - 1]);
            }
        }
        try (FileChannel channel =
                FileChannel.open(
                        file,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            Writer out = new Writer(channel);
            out.room(HEAD_BYTES).putLong(MAGIC).putInt(dimension).putInt(metric.code());
            out.room(Long.BYTES).putLong(ids.length);
            for (long id : ids) {
                out.room(Long.BYTES).putLong(id);
            }
            for (int row = 0; row < ids.length; row++) {
                float[] vector = vectorOf.apply(row);
                if (vector.length != dimension) {
                    throw RetrievalException.invalid(
                            "vector of " + ids[row] + ".length",
                            vector.length,
                            "must be " + dimension);
                }
                for (float x : vector) {
                    out.room(Float.BYTES).putFloat(x);
                }
            }
            out.end();
        }
    }

    /// A buffer before a file, and the checksum of what went through it.
    private static final class Writer {
        private final FileChannel channel;
        private final CRC32C crc = new CRC32C();
        private final ByteBuffer buffer =
                ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

        Writer(FileChannel channel) {
            this.channel = channel;
        }

        ByteBuffer room(int bytes) throws IOException {
            if (buffer.remaining() < bytes) {
                flush();
            }
            return buffer;
        }

        private void flush() throws IOException {
            crc.update(buffer.flip().duplicate());
            DurableFile.writeFully(channel, buffer);
            buffer.clear();
        }

        void end() throws IOException {
            flush();
            buffer.putLong(crc.getValue());
            flush();
            channel.force(true);
        }
    }

    /// Opens a file and compares it with its checksum.
    public static SpaceVectors open(Path file) throws IOException {
        Arena arena = Arena.ofShared();
        boolean opened = false;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            MemorySegment segment =
                    channel.map(FileChannel.MapMode.READ_ONLY, 0, Files.size(file), arena);
            SpaceVectors vectors = new SpaceVectors(file, arena, segment);
            opened = true;
            return vectors;
        } finally {
            if (!opened) {
                arena.close();
            }
        }
    }

    /// Writes those of some ids to a file of their own.
    public void writePart(Path file, LongPredicate isWanted) throws IOException {
        int[] rows = IntStream.range(0, count).filter(row -> isWanted.test(id(row))).toArray();
        long[] ids = IntStream.of(rows).mapToLong(this::id).toArray();
        write(file, metric, dimension, ids, row -> vector(rows[row]));
    }

    public Metric metric() {
        return metric;
    }

    public int dimension() {
        return dimension;
    }

    /// How many items have a vector.
    public int count() {
        return count;
    }

    private long id(int row) {
        return segment.get(LONG, HEAD_BYTES + (long) Long.BYTES * row);
    }

    private float[] vector(int row) {
        long at =
                HEAD_BYTES
                        + (long) Long.BYTES * count
                        + (long) Float.BYTES * dimension * (long) row;
        float[] vector = new float[dimension];
        MemorySegment.copy(segment, FLOAT, at, vector, 0, dimension);
        return vector;
    }

    /// The vector of an item; empty when the encoder did not know it.
    public float[] find(long id) {
        int low = 0;
        int high = count - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            long found = id(middle);
            if (found == id) {
                return vector(middle);
            }
            if (found < id) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return NONE;
    }

    @Override
    public void close() {
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
