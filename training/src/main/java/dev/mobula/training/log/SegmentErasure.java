package dev.mobula.training.log;

import dev.mobula.training.columns.Rows;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;

/// Writes finished segments again with some of their rows blank: positions stay, and nothing of the row does.
final class SegmentErasure {
    private final List<String> columns;
    private final SegmentLog.RowTest test;
    private final int batchRows;
    private final BufferAllocator memory;

    SegmentErasure(
            List<String> columns, SegmentLog.RowTest test, int batchRows, BufferAllocator memory) {
        this.columns = List.copyOf(columns);
        this.test = test;
        this.batchRows = batchRows;
        this.memory = memory;
    }

    /// The rows to blank, those that are blank already not among them.
    BitSet rows(Segment segment) {
        BitSet found = new BitSet();
        TableSchema asked = segment.schema().only(columns);
        try (SegmentReader reader = new SegmentReader(segment, asked, memory)) {
            Rows rows = new Rows(asked);
            for (long at = 0; at < segment.rows(); at += rows.size()) {
                read(reader, segment, at, rows);
                for (int i = 0; i < rows.size(); i++) {
                    if (!rows.values(0).isMissing(i) && test.matches(rows, i)) {
                        found.set((int) at + i);
                    }
                }
            }
        }
        return found;
    }

    private void read(SegmentReader reader, Segment segment, long at, Rows rows) {
        rows.clear();
        reader.read(at, (int) Math.min(batchRows, segment.rows() - at), rows);
    }

    /// Writes the segment with these rows blank as a file of its own, which is whole when this returns.
    void write(Segment segment, BitSet blank, Path half) throws IOException {
        TableSchema schema = segment.schema();
        TableSchema described = Segment.described(schema, segment.number(), segment.firstRow());
        try (SegmentReader reader = new SegmentReader(segment, schema, memory);
                SegmentWriter packed = SegmentWriter.packed(half, described, memory)) {
            Rows rows = new Rows(schema);
            Rows kept = new Rows(schema);
            for (long at = 0; at < segment.rows(); at += rows.size()) {
                read(reader, segment, at, rows);
                kept.clear();
                for (int i = 0; i < rows.size(); i++) {
                    if (blank.get((int) at + i)) {
                        blank(kept);
                    } else {
                        kept.addFrom(rows, i);
                    }
                }
                packed.append(kept, 0, kept.size());
            }
            packed.finish(batchRows, segment.closedAtMillis());
        }
    }

    private static void blank(Rows rows) {
        for (int column = 0; column < rows.schema().size(); column++) {
            rows.values(column).addMissing();
        }
        rows.endRow();
    }

    /// Puts the rewritten file in the segment's place.
    static Segment publish(Segment segment, Path half) throws IOException {
        DurableFile.publish(half, segment.path());
        return Segment.sealed(segment.path());
    }
}
