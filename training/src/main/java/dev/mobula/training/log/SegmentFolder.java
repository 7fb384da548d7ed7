package dev.mobula.training.log;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of a log: `N.arrow` are finished, `N.open` grow or grew, `torn/` has ends that a crash cut off.
final class SegmentFolder {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentFolder.class);
    private static final Pattern NAME = Pattern.compile("(\\d{12})\\.(arrow|open)");
    private static final String TORN = "torn";
    private static final int TORN_FILES_MAX = 16;
    private static final int RETRIES = 100;

    private final Path path;

    SegmentFolder(Path path) {
        this.path = path;
    }

    Path path() {
        return path;
    }

    Path sealed(long number) {
        return path.resolve("%012d.arrow".formatted(number));
    }

    Path growing(long number) {
        return path.resolve("%012d.open".formatted(number));
    }

    /// All segments in order, without a gap between their rows. A writer may be at work meanwhile.
    List<Segment> segments() {
        for (int i = 0; ; i++) {
            try {
                return look();
            } catch (TrainingException e) {
                if (i == RETRIES || !(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
    }

    private List<Segment> look() {
        List<Segment> segments = new ArrayList<>();
        for (Path file : newestForms().values()) {
            Segment segment =
                    file.toString().endsWith(".arrow")
                            ? Segment.sealed(file)
                            : Segment.growing(file);
            if (!segments.isEmpty() && segments.getLast().endRow() != segment.firstRow()) {
                throw Segment.corrupt(
                        segment.path(),
                        "it begins at row "
                                + segment.firstRow()
                                + ", the one before ends at row "
                                + segments.getLast().endRow());
            }
            segments.add(segment);
        }
        return segments;
    }

    /// The finished form of each segment where there is one, else the growing one.
    private Map<Long, Path> newestForms() {
        Map<Long, Path> forms = new TreeMap<>();
        for (Path file : list()) {
            long number = Long.parseLong(file.getFileName().toString().substring(0, 12));
            forms.merge(number, file, (a, b) -> a.toString().endsWith(".arrow") ? a : b);
        }
        return forms;
    }

    private List<Path> list() {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                Matcher name = NAME.matcher(entry.getFileName().toString());
                if (name.matches()) {
                    files.add(entry);
                }
            }
        } catch (NoSuchFileException e) {
            throw new TrainingException(Code.NOT_FOUND, path + ": no such folder", e);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, path + ": " + e, e);
        }
        return files;
    }

    /// Clears what an interrupted writer left: halves, growing forms of finished segments.
    void clear() throws IOException {
        Map<Long, Path> forms = newestForms();
        for (Path file : list()) {
            if (!forms.containsValue(file)) {
                Files.delete(file);
            }
        }
        try (DirectoryStream<Path> halves =
                Files.newDirectoryStream(path, "*" + DurableFile.HALF)) {
            for (Path half : halves) {
                Files.delete(half);
            }
        }
    }

    /// Sets aside what follows the last whole batch; refuses when a whole batch follows it, for then what is damaged
    /// was acknowledged. How many bytes that were.
    long setTornEndAside(Segment segment) throws IOException {
        try (FileChannel file =
                FileChannel.open(
                        segment.path(), StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            long torn = file.size() - segment.bytes();
            if (torn == 0) {
                return 0;
            }
            refuseIfBatchFollows(segment, file);
            keepTorn(segment, file, torn);
            file.truncate(segment.bytes());
            file.force(true);
            LOG.warn(
                    "{}: {} bytes after row {} were never acknowledged and are set aside",
                    segment.path(),
                    torn,
                    segment.endRow());
            return torn;
        }
    }

    private static void refuseIfBatchFollows(Segment segment, FileChannel file) throws IOException {
        for (long at = segment.bytes() + 8; at < file.size(); at += 8) {
            if (Frames.find(file, at).isPresent()) {
                throw Segment.corrupt(
                        segment.path(),
                        "byte %d begins no whole batch, but byte %d does"
                                .formatted(segment.bytes(), at));
            }
        }
    }

    private void keepTorn(Segment segment, FileChannel file, long bytes) throws IOException {
        Path folder = path.resolve(TORN);
        Files.createDirectories(folder);
        List<Path> kept = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            entries.forEach(kept::add);
        }
        if (kept.size() >= TORN_FILES_MAX) {
            LOG.warn("{} has {} torn ends already: one more is not kept", folder, kept.size());
            return;
        }
        String name = "%012d-%d".formatted(segment.number(), segment.bytes());
        try (FileChannel out =
                FileChannel.open(
                        folder.resolve(name),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            for (long at = segment.bytes(); at < segment.bytes() + bytes; ) {
                int read = file.read(buffer.clear(), at);
                if (read < 0) {
                    break;
                }
                at += read;
                DurableFile.writeFully(out, buffer.flip());
            }
            out.force(true);
        }
    }
}
