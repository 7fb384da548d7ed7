package dev.mobula.training.log;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.ArrowTypes;
import dev.mobula.training.columns.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// One file of a log as it was when it was looked at: which rows it has and where its batches lie.
///
/// @param firstRow the position of its first row in the log
/// @param batchEnds how many rows the batches up to and including each have
/// @param sealed whether it is a finished Arrow file; one that is not reads as an Arrow stream from byte 8 on
/// @param bytes how much of the file this is
record Segment(
        Path path,
        long number,
        TableSchema schema,
        long firstRow,
        List<Frames.Place> batches,
        List<Long> batchEnds,
        boolean sealed,
        long bytes,
        long closedAtMillis) {
    static final String FIRST_ROW = "mobula.first_row";

    private static final String NUMBER = "mobula.segment";
    private static final String ROWS = "mobula.rows";
    private static final String BATCH_ROWS = "mobula.batch_rows";
    private static final String CLOSED_AT = "mobula.closed_at_millis";
    private static final String OURS = "mobula.";

    Segment {
        batches = List.copyOf(batches);
        batchEnds = List.copyOf(batchEnds);
    }

    long rows() {
        return batchEnds.isEmpty() ? 0 : batchEnds.getLast();
    }

    long endRow() {
        return firstRow + rows();
    }

    /// The schema with what a file says about itself.
    static TableSchema described(TableSchema schema, long number, long firstRow) {
        return schema.withNote(NUMBER, Long.toString(number))
                .withNote(FIRST_ROW, Long.toString(firstRow));
    }

    /// What the end of a finished file says about it.
    static Map<String, String> notes(long rows, int batchRows, long closedAtMillis) {
        return Map.of(
                ROWS, Long.toString(rows),
                BATCH_ROWS, Integer.toString(batchRows),
                CLOSED_AT, Long.toString(closedAtMillis));
    }

    /// Looks at a finished file: all but the batches is checked now, each batch when it is read.
    static Segment sealed(Path path) {
        try (FileChannel file = FileChannel.open(path)) {
            Head head = head(path, file);
            Frames.Ending ending =
                    Frames.ending(file)
                            .orElseThrow(() -> corrupt(path, "its end is not what was written"));
            Map<String, String> notes = ending.footer().getMetaData();
            long rows = Long.parseLong(notes.get(ROWS));
            long batchRows = Long.parseLong(notes.get(BATCH_ROWS));
            List<Frames.Place> batches =
                    ending.footer().getRecordBatches().stream().map(Frames.Place::of).toList();
            List<Long> ends = new ArrayList<>();
            long end = head.place.end();
            for (Frames.Place batch : batches) {
                if (batch.offset() != end) {
                    throw corrupt(path, "no batch covers byte " + end);
                }
                end = batch.end();
                ends.add(Math.min(rows, (ends.size() + 1) * batchRows));
            }
            if (end != ending.offset()) {
                throw corrupt(path, "no batch covers byte " + end);
            }
            long closedAt = Long.parseLong(notes.get(CLOSED_AT));
            return head.segment(path, batches, ends, true, file.size(), closedAt);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + ": " + e, e);
        }
    }

    /// Looks at a file that is or was being written, up to the last batch that is whole.
    static Segment growing(Path path) {
        try (FileChannel file = FileChannel.open(path)) {
            Head head = head(path, file);
            List<Frames.Place> batches = new ArrayList<>();
            List<Long> ends = new ArrayList<>();
            long rows = 0;
            long end = head.place.end();
            for (Optional<Frames.Place> next = Frames.find(file, end);
                    next.isPresent();
                    next = Frames.find(file, end)) {
                rows += Frames.rows(file, next.get());
                batches.add(next.get());
                ends.add(rows);
                end = next.get().end();
            }
            return head.segment(path, batches, ends, false, end, Long.MAX_VALUE);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + ": " + e, e);
        }
    }

    /// The checksums of all batches, in order.
    int[] checksums() {
        try (FileChannel file = FileChannel.open(path)) {
            int[] checksums = new int[batches.size()];
            for (int i = 0; i < checksums.length; i++) {
                checksums[i] = Frames.checksum(file, batches.get(i));
            }
            return checksums;
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + ": " + e, e);
        }
    }

    private record Head(TableSchema schema, long number, long firstRow, Frames.Place place) {
        Segment segment(
                Path path,
                List<Frames.Place> batches,
                List<Long> ends,
                boolean sealed,
                long bytes,
                long closedAt) {
            return new Segment(
                    path, number, schema, firstRow, batches, ends, sealed, bytes, closedAt);
        }
    }

    private static Head head(Path path, FileChannel file) throws IOException {
        ByteBuffer magic = ByteBuffer.allocate(Frames.MAGIC.length);
        file.read(magic, 0);
        if (!magic.flip().equals(ByteBuffer.wrap(Frames.MAGIC))) {
            throw corrupt(path, "it does not begin as an Arrow file");
        }
        Frames.Place place =
                Frames.find(file, Frames.MAGIC.length)
                        .orElseThrow(() -> corrupt(path, "its schema is not what was written"));
        TableSchema all = ArrowTypes.ours(Frames.schema(file, place));
        long number = Long.parseLong(all.notes().getOrDefault(NUMBER, "-1"));
        long firstRow = Long.parseLong(all.notes().getOrDefault(FIRST_ROW, "-1"));
        if (number < 0 || firstRow < 0) {
            throw corrupt(path, "it does not say which rows of a log it has");
        }
        return new Head(withoutOurs(all), number, firstRow, place);
    }

    private static TableSchema withoutOurs(TableSchema schema) {
        Map<String, String> notes = new TreeMap<>(schema.notes());
        notes.keySet().removeIf(key -> key.startsWith(OURS));
        return new TableSchema(schema.columns(), notes);
    }

    static TrainingException corrupt(Path path, String what) {
        return new TrainingException(Code.CORRUPT, path + " is damaged: " + what);
    }
}
