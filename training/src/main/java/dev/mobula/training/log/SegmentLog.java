package dev.mobula.training.log;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.durable.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/*
 * Rows are appended to `N.open`, one batch and one sync per call. When the file has grown enough, its rows are written
 * again as `N.arrow`, in large packed batches, and `N.open` is deleted once the new file is on disk: small batches are for
 * the one who waits for the acknowledgement, large ones for those who read. Positions of rows do not change by that.
 *
 * After a crash at most the last batch is not whole, because the one before it was synced before it was begun. It was
 * never acknowledged and is set aside. Damage before a whole batch is not from a crash, and the log refuses to open.
 */
/// An append-only table on disk: what [#append] returned for is there after any crash. One process writes, any reads.
public final class SegmentLog implements AutoCloseable {
    private static final long MEMORY_MAX = 4L << 30;

    private final SegmentFolder folder;
    private final TableSchema schema;
    private final LogOptions options;
    private final InstantSource clock;
    private final FolderLock lock;
    private final BufferAllocator memory = new RootAllocator(MEMORY_MAX);
    private final List<Segment> finished = new ArrayList<>();
    private final Object erasing = new Object();
    private SegmentWriter writer;
    private long number;
    private long firstRow;
    private final long tornBytes;
    private boolean closed;
    private @Nullable TrainingException failure;

    private SegmentLog(
            Path path, TableSchema schema, LogOptions options, InstantSource clock, FolderLock lock)
            throws IOException {
        this.folder = new SegmentFolder(path);
        this.schema = schema;
        this.options = options;
        this.clock = clock;
        this.lock = lock;
        folder.clear();
        List<Segment> found = folder.segments();
        Segment last = found.isEmpty() ? null : found.removeLast();
        for (Segment segment : found) {
            finished.add(segment.sealed() ? segment : seal(segment));
        }
        if (last == null) {
            tornBytes = 0;
            writer = begin(0, 0);
        } else if (last.sealed()) {
            tornBytes = 0;
            finished.add(last);
            writer = begin(last.number() + 1, last.endRow());
        } else {
            tornBytes = folder.setTornEndAside(last);
            writer = goOn(last);
        }
    }

    /// Opens or creates the log in a folder. When its newest rows have other columns, a new segment begins.
    public static SegmentLog open(
            Path path, TableSchema schema, LogOptions options, InstantSource clock) {
        FolderLock lock = FolderLock.hold(path);
        try {
            return new SegmentLog(path, schema, options, clock, lock);
        } catch (IOException e) {
            lock.close();
            throw new TrainingException(Code.IO, path + ": " + e, e);
        } catch (RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    private SegmentWriter begin(long newNumber, long newFirstRow) {
        number = newNumber;
        firstRow = newFirstRow;
        return SegmentWriter.growing(
                folder.growing(number), Segment.described(schema, number, firstRow), memory);
    }

    private SegmentWriter goOn(Segment last) throws IOException {
        if (!last.schema().equals(schema)) {
            Segment sealed = last.rows() == 0 ? null : seal(last);
            if (sealed == null) {
                Files.delete(last.path());
                return begin(last.number(), last.firstRow());
            }
            finished.add(sealed);
            return begin(last.number() + 1, last.endRow());
        }
        number = last.number();
        firstRow = last.firstRow();
        return SegmentWriter.resume(last, Segment.described(schema, number, firstRow), memory);
    }

    public TableSchema schema() {
        return schema;
    }

    /// Bytes that an earlier crash cut off and that opening set aside.
    public long tornBytes() {
        return tornBytes;
    }

    /// The position after the newest row.
    public synchronized long endRow() {
        return firstRow + writer.rows();
    }

    /// The position of the oldest row.
    public synchronized long firstRow() {
        return finished.isEmpty() ? firstRow : finished.getFirst().firstRow();
    }

    /// Appends all rows as one durable batch; the position after them.
    public synchronized long append(Rows rows) {
        requireWritable(rows);
        if (rows.size() == 0) {
            return endRow();
        }
        try {
            rollWhenFull();
            writer.append(rows, 0, rows.size());
            writer.sync();
        } catch (IOException e) {
            failure =
                    new TrainingException(
                            Code.IO, writer.path() + ": the append is not acknowledged: " + e, e);
            throw failure;
        }
        return endRow();
    }

    private void requireWritable(Rows rows) {
        if (closed) {
            throw new TrainingException(Code.CLOSED, folder.path() + ": the log is closed");
        }
        if (failure != null) {
            throw new TrainingException(
                    failure.code(),
                    "the log takes no rows until it is opened again: " + failure.getMessage(),
                    failure);
        }
        if (!rows.schema().hasSameColumns(schema)) {
            throw TrainingException.invalid(
                    "columns of the rows",
                    rows.schema().columns(),
                    "must be those of the log, " + schema.columns());
        }
    }

    private void rollWhenFull() throws IOException {
        if (writer.bytes() >= options.segmentBytesMax()) {
            roll();
        }
        if (bytes() >= options.bytesMax()) {
            throw new TrainingException(
                    Code.FULL,
                    "%s has %d bytes: its quota is %d and nothing is left to delete"
                            .formatted(folder.path(), bytes(), options.bytesMax()));
        }
    }

    /// Finishes the present segment, if it has rows, and begins the next; deletes what is beyond age and quota.
    public synchronized void roll() throws IOException {
        if (writer.rows() == 0) {
            return;
        }
        writer.close();
        Segment full = Segment.growing(writer.path());
        finished.add(seal(full));
        writer = begin(full.number() + 1, full.endRow());
        retain();
    }

    /// Writes the rows of a segment that will not grow any more as a finished file, which replaces it.
    private Segment seal(Segment full) throws IOException {
        Path target = folder.sealed(full.number());
        Path half = target.resolveSibling(target.getFileName() + DurableFile.HALF);
        TableSchema described = Segment.described(full.schema(), full.number(), full.firstRow());
        try (SegmentReader reader = new SegmentReader(full, full.schema(), memory);
                SegmentWriter packed = SegmentWriter.packed(half, described, memory)) {
            Rows rows = new Rows(full.schema());
            for (long at = 0; at < full.rows(); at += rows.size()) {
                rows.clear();
                reader.read(at, (int) Math.min(options.batchRows(), full.rows() - at), rows);
                packed.append(rows, 0, rows.size());
            }
            packed.finish(options.batchRows(), clock.millis());
        }
        DurableFile.publish(half, target);
        Files.deleteIfExists(folder.growing(full.number()));
        return Segment.sealed(target);
    }

    /// Deletes finished segments that are too old or too many.
    public synchronized void retain() throws IOException {
        long oldest = clock.millis() - options.age().toMillis();
        while (!finished.isEmpty()
                && (finished.getFirst().closedAtMillis() < oldest
                        || bytes() > options.bytesMax() - options.segmentBytesMax())) {
            Files.deleteIfExists(finished.removeFirst().path());
        }
        DurableFile.syncFolder(folder.path());
    }

    /// Whether a row is one of those sought, by the columns that were asked for.
    @FunctionalInterface
    public interface RowTest {
        boolean matches(Rows rows, int row);
    }

    /// Erases rows by some of their columns: each keeps its position and has no values any more, and its file is written
    /// anew without them. Appends go on meanwhile; rows they add are not looked at. Returns how many rows were erased.
    public long erase(List<String> columns, RowTest test) {
        synchronized (erasing) {
            try {
                SegmentErasure erasure =
                        new SegmentErasure(columns, test, options.batchRows(), memory);
                long count = 0;
                for (Segment segment : finishedNow()) {
                    BitSet rows = erasure.rows(segment);
                    if (!rows.isEmpty()) {
                        Path half =
                                segment.path()
                                        .resolveSibling(
                                                segment.path().getFileName() + DurableFile.HALF);
                        erasure.write(segment, rows, half);
                        replace(segment, half);
                        count += rows.cardinality();
                    }
                }
                return count;
            } catch (IOException e) {
                throw new TrainingException(Code.IO, folder.path() + ": erase: " + e, e);
            }
        }
    }

    private synchronized List<Segment> finishedNow() throws IOException {
        if (closed) {
            throw new TrainingException(Code.CLOSED, folder.path() + ": the log is closed");
        }
        roll();
        return List.copyOf(finished);
    }

    /// Retention may have deleted the segment meanwhile.
    private synchronized void replace(Segment segment, Path half) throws IOException {
        int index = finished.indexOf(segment);
        if (index < 0 || closed) {
            Files.delete(half);
        } else {
            finished.set(index, SegmentErasure.publish(segment, half));
        }
    }

    /// Bytes of all segments.
    public synchronized long bytes() {
        return writer.bytes() + finished.stream().mapToLong(Segment::bytes).sum();
    }

    /// What there is to read now.
    public LogView view() {
        return LogView.open(folder.path());
    }

    /// Finishes the present segment, so that every file is a complete Arrow file, and closes.
    public synchronized void closeFinished() throws IOException {
        if (!closed && failure == null) {
            roll();
            if (!finished.isEmpty()) {
                Files.delete(writer.path());
            }
        }
        close();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            writer.close();
            memory.close();
            lock.close();
        }
    }
}
