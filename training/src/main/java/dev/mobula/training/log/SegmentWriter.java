package dev.mobula.training.log;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.ArrowBatches;
import dev.mobula.training.columns.ArrowTypes;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.compression.CommonsCompressionFactory;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.VectorUnloader;
import org.apache.arrow.vector.compression.CompressionCodec;
import org.apache.arrow.vector.compression.CompressionUtil.CodecType;
import org.apache.arrow.vector.compression.NoCompressionCodec;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;
import org.apache.arrow.vector.types.pojo.Schema;

/// Writes one segment: batches that are appended and synced one by one, or a finished file written at once.
final class SegmentWriter implements AutoCloseable {
    /// Level 3 of zstd: on event rows, smaller than 1 and hardly slower.
    private static final int ZSTD_LEVEL = 3;

    private final Path path;
    private final FileChannel file;
    private final Schema schema;
    private final VectorSchemaRoot root;
    private final VectorUnloader unloader;
    private final List<Frames.Place> batches = new ArrayList<>();
    private long end;
    private long rows;

    private SegmentWriter(
            Path path,
            FileChannel file,
            TableSchema schema,
            BufferAllocator memory,
            CompressionCodec codec) {
        this.path = path;
        this.file = file;
        this.schema = ArrowTypes.schema(schema);
        this.root = VectorSchemaRoot.create(this.schema, memory);
        this.unloader = new VectorUnloader(root, true, codec, true);
    }

    /// Begins a file that grows batch by batch, each whole by itself; it appears under its name with its head.
    static SegmentWriter growing(Path path, TableSchema schema, BufferAllocator memory) {
        Path half = path.resolveSibling(path.getFileName() + DurableFile.HALF);
        try {
            FileChannel file = create(half);
            SegmentWriter writer =
                    new SegmentWriter(path, file, schema, memory, NoCompressionCodec.INSTANCE);
            writer.begin();
            file.force(true);
            DurableFile.publish(half, path);
            return writer;
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + " was not begun: " + e, e);
        }
    }

    /// Goes on with a file of which everything up to `end` is whole.
    static SegmentWriter resume(Segment segment, TableSchema described, BufferAllocator memory) {
        try {
            FileChannel file = FileChannel.open(segment.path(), StandardOpenOption.WRITE);
            SegmentWriter writer =
                    new SegmentWriter(
                            segment.path(), file, described, memory, NoCompressionCodec.INSTANCE);
            writer.end = segment.bytes();
            writer.rows = segment.rows();
            file.position(writer.end);
            return writer;
        } catch (IOException e) {
            throw new TrainingException(Code.IO, segment.path() + ": " + e, e);
        }
    }

    /// Begins a finished, packed file; nobody may look at it before [#finish] returned.
    static SegmentWriter packed(Path half, TableSchema schema, BufferAllocator memory) {
        try {
            SegmentWriter writer =
                    new SegmentWriter(
                            half,
                            create(half),
                            schema,
                            memory,
                            CommonsCompressionFactory.INSTANCE.createCodec(
                                    CodecType.ZSTD, ZSTD_LEVEL));
            writer.begin();
            return writer;
        } catch (IOException e) {
            throw new TrainingException(Code.IO, half + " was not begun: " + e, e);
        }
    }

    private static FileChannel create(Path path) throws IOException {
        return FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
    }

    private void begin() throws IOException {
        put(ByteBuffer.wrap(Frames.MAGIC));
        put(Frames.ofSchema(schema));
    }

    private void put(ByteBuffer bytes) throws IOException {
        long length = bytes.remaining();
        DurableFile.writeFully(file, bytes);
        end += length;
    }

    /// Appends rows as one batch. What this file held before stays as it was, whatever happens.
    void append(Rows batch, int from, int count) throws IOException {
        ArrowBatches.write(batch, from, count, root);
        long start = end;
        try (ArrowRecordBatch unloaded = unloader.getRecordBatch()) {
            ByteBuffer frame = Frames.ofBatch(unloaded);
            int metadata = frame.getInt(4);
            long body = frame.remaining() - Frames.PREFIX_BYTES - (long) metadata;
            put(frame);
            batches.add(new Frames.Place(start, metadata, body));
            rows += count;
        } catch (IOException e) {
            end = start;
            file.truncate(start);
            file.position(start);
            throw e;
        } finally {
            root.clear();
        }
    }

    /// Makes durable what was appended.
    void sync() throws IOException {
        file.force(false);
    }

    /// Ends a packed file and makes it durable.
    void finish(int batchRows, long closedAtMillis) throws IOException {
        put(Frames.ending(schema, batches, Segment.notes(rows, batchRows, closedAtMillis)));
        file.force(true);
    }

    long bytes() {
        return end;
    }

    long rows() {
        return rows;
    }

    Path path() {
        return path;
    }

    @Override
    public void close() {
        root.close();
        try {
            file.close();
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + ": close: " + e, e);
        }
    }
}
