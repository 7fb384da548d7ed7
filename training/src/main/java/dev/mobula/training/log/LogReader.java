package dev.mobula.training.log;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import java.nio.file.NoSuchFileException;
import java.util.OptionalDouble;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.jspecify.annotations.Nullable;

/// Reads rows of a view by position or one after the other; each batch is checked as it is read. For one thread.
public final class LogReader implements TableReader {
    private static final long MEMORY_MAX = 4L << 30;

    private final LogView view;
    private final TableSchema columns;
    private final BufferAllocator memory = new RootAllocator(MEMORY_MAX);
    private @Nullable SegmentReader open;
    private long opened = -1;
    private long position;
    private boolean closed;

    LogReader(LogView view, TableSchema columns) {
        this.view = view;
        this.columns = columns;
        this.position = view.firstRow();
    }

    @Override
    public TableSchema schema() {
        return columns;
    }

    /// The position of the row that [#next] gives next.
    public long position() {
        return position;
    }

    /// Goes on from this position.
    public void seek(long row) {
        if (row < view.firstRow() || row > view.endRow()) {
            throw behind(row);
        }
        position = row;
    }

    private TrainingException behind(long row) {
        return TrainingException.invalid(
                "position in " + view.folder(),
                row,
                "must be in " + view.firstRow() + ".." + view.endRow() + ": the rest is not there");
    }

    @Override
    public boolean next(Rows batch, int rowsMax) {
        batch.clear();
        int count = (int) Math.min(rowsMax, view.endRow() - position);
        read(position, count, batch);
        position += count;
        return count > 0;
    }

    /// Appends the rows `from` to `from + count` to the batch.
    public void read(long from, int count, Rows batch) {
        if (closed) {
            throw new TrainingException(Code.CLOSED, view.folder() + ": the reader is closed");
        }
        if (count < 0 || from < view.firstRow() || from + count > view.endRow()) {
            throw behind(count < 0 ? count : from);
        }
        long at = from;
        while (at < from + count) {
            Segment segment = segmentOf(at);
            int take = (int) (Math.min(from + count, segment.endRow()) - at);
            reader(segment).read(at - segment.firstRow(), take, batch);
            at += take;
        }
    }

    private Segment segmentOf(long row) {
        int low = 0;
        int high = view.segments().size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (view.segments().get(middle).endRow() <= row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return view.segments().get(low);
    }

    private SegmentReader reader(Segment segment) {
        SegmentReader reader = open;
        if (reader == null || segment.number() != opened) {
            closeSegment();
            reader = open(segment);
            open = reader;
            opened = segment.number();
        }
        return reader;
    }

    /// A growing segment may have been finished since: then the rows are in its finished form. A finished one may have
    /// been written anew since, without rows that were erased.
    private SegmentReader open(Segment segment) {
        try {
            Segment present = segment.sealed() ? Segment.sealed(segment.path()) : segment;
            return new SegmentReader(present, columns, memory);
        } catch (TrainingException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e;
            }
        }
        SegmentFolder folder = new SegmentFolder(view.folder());
        try {
            return new SegmentReader(
                    Segment.sealed(folder.sealed(segment.number())), columns, memory);
        } catch (TrainingException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e;
            }
            throw new TrainingException(
                    Code.NOT_FOUND,
                    segment.path()
                            + ": rows from "
                            + segment.firstRow()
                            + " were deleted meanwhile",
                    e);
        }
    }

    void verify(Segment segment) {
        try (SegmentReader reader = new SegmentReader(segment, segment.schema(), memory)) {
            reader.verify();
        }
    }

    @Override
    public OptionalDouble done() {
        return OptionalDouble.of(
                view.rows() == 0 ? 1 : (double) (position - view.firstRow()) / view.rows());
    }

    private void closeSegment() {
        if (open != null) {
            open.close();
            open = null;
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            closeSegment();
            memory.close();
        }
    }
}
