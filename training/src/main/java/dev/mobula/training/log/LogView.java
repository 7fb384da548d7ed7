package dev.mobula.training.log;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.durable.DurableFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What a log held when it was looked at. It does not change; rows that retention has deleted since are refused.
///
/// Rows have positions: 0 is the first row the log ever had, and no position is ever given twice.
public final class LogView {
    private final Path folder;
    private final List<Segment> segments;

    private LogView(Path folder, List<Segment> segments) {
        this.folder = folder;
        this.segments = List.copyOf(segments);
    }

    /// Looks at a log or data set in a folder, whoever writes to it meanwhile.
    public static LogView open(Path folder) {
        List<Segment> segments = new SegmentFolder(folder).segments();
        if (segments.isEmpty()) {
            throw new TrainingException(Code.NOT_FOUND, folder + ": no segments of rows there");
        }
        return new LogView(folder, segments);
    }

    public Path folder() {
        return folder;
    }

    /// The columns of the newest segment.
    public TableSchema schema() {
        return segments.getLast().schema();
    }

    /// The position of the oldest row that is there.
    public long firstRow() {
        return segments.getFirst().firstRow();
    }

    /// The position after the newest row.
    public long endRow() {
        return segments.getLast().endRow();
    }

    public long rows() {
        return endRow() - firstRow();
    }

    public long bytes() {
        return segments.stream().mapToLong(Segment::bytes).sum();
    }

    /// One file of the log, for people.
    public record File(String name, long firstRow, long rows, long bytes, boolean sealed) {}

    public List<File> files() {
        List<File> files = new ArrayList<>();
        for (Segment segment : segments) {
            files.add(
                    new File(
                            segment.path().getFileName().toString(),
                            segment.firstRow(),
                            segment.rows(),
                            segment.bytes(),
                            segment.sealed()));
        }
        return files;
    }

    List<Segment> segments() {
        return segments;
    }

    /// A digest of every row's bytes by way of the batches' checksums: another one means other data.
    public String fingerprint() {
        StringBuilder all = new StringBuilder();
        for (Segment segment : segments) {
            all.append(segment.firstRow()).append(' ').append(segment.rows()).append(' ');
            all.append(segment.schema().columns());
            int[] checksums = segment.checksums();
            ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * checksums.length);
            bytes.asIntBuffer().put(checksums);
            all.append(DurableFile.sha256(bytes.array())).append('\n');
        }
        return DurableFile.sha256(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    /// Told how far a long check has come.
    @FunctionalInterface
    public interface Checked {
        void rows(long done, long total);
    }

    /// Reads and checks every byte.
    public void verify(Checked progress) {
        long done = 0;
        try (LogReader reader = new LogReader(this, schema())) {
            for (Segment segment : segments) {
                reader.verify(segment);
                done += segment.rows();
                progress.rows(done, rows());
            }
        }
    }

    /// A reader of all columns.
    public LogReader reader() {
        return new LogReader(this, schema());
    }

    /// A reader of some columns.
    public LogReader reader(List<String> columns) {
        return new LogReader(this, schema().only(columns));
    }
}
