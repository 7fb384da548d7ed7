package dev.mobula.training.log;

import dev.mobula.retrieval.files.ArrowSource;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.ArrowBatches;
import dev.mobula.training.columns.ArrowTypes;
import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorLoader;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.message.ArrowRecordBatch;

/// Reads rows of one segment by their place in it, each batch checked against its checksum.
final class SegmentReader implements AutoCloseable {
    private final Segment segment;
    private final FileChannel file;
    private final BufferAllocator memory;
    private final VectorSchemaRoot root;
    private final VectorSchemaRoot wanted;
    private int loaded = -1;

    SegmentReader(Segment segment, TableSchema columns, BufferAllocator memory) {
        this.segment = segment;
        this.memory = memory;
        try {
            this.file = FileChannel.open(segment.path());
        } catch (IOException e) {
            throw new TrainingException(Code.IO, segment.path() + ": " + e, e);
        }
        this.root = VectorSchemaRoot.create(ArrowTypes.schema(segment.schema()), memory);
        List<FieldVector> chosen = new ArrayList<>();
        columns.columns()
                .forEach(
                        column ->
                                chosen.add(
                                        root.getVector(
                                                segment.schema()
                                                        .require(column.name(), column.kind()))));
        this.wanted = new VectorSchemaRoot(chosen);
    }

    /// Appends rows `from` to `from + count` of the segment.
    void read(long from, int count, Rows rows) {
        long at = from;
        long end = from + count;
        int batch = batchOf(from);
        while (at < end) {
            load(batch);
            long start = batch == 0 ? 0 : segment.batchEnds().get(batch - 1);
            int take = (int) (Math.min(end, segment.batchEnds().get(batch)) - at);
            ArrowBatches.read(wanted, (int) (at - start), take, rows);
            at += take;
            batch++;
        }
    }

    private int batchOf(long row) {
        int low = 0;
        int high = segment.batchEnds().size() - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (segment.batchEnds().get(middle) <= row) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private void load(int batch) {
        if (batch == loaded) {
            return;
        }
        loaded = -1;
        Frames.Place place = segment.batches().get(batch);
        try (ArrowRecordBatch bytes =
                Frames.batch(file, place, memory)
                        .orElseThrow(
                                () ->
                                        Segment.corrupt(
                                                segment.path(),
                                                "the batch at byte " + place.offset()))) {
            new VectorLoader(root, ArrowSource.onlyZstd(segment.path())).load(bytes);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, segment.path() + ": " + e, e);
        }
        loaded = batch;
    }

    /// Checks every batch.
    void verify() {
        long rows = 0;
        for (int batch = 0; batch < segment.batches().size(); batch++) {
            load(batch);
            rows += root.getRowCount();
            if (rows != segment.batchEnds().get(batch)) {
                throw Segment.corrupt(
                        segment.path(), "batch " + batch + " has " + root.getRowCount() + " rows");
            }
        }
    }

    @Override
    public void close() {
        root.close();
        try {
            file.close();
        } catch (IOException e) {
            throw new TrainingException(Code.IO, segment.path() + ": close: " + e, e);
        }
    }
}
