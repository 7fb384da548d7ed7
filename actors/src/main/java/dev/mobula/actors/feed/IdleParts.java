package dev.mobula.actors.feed;

import dev.mobula.training.durable.Folders;
import dev.mobula.training.log.LogOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// The impressions of every schema as files: those that are written to no more go whole when they are too old, or when all
/// together are too much.
final class IdleParts {
    private final List<Part> oldestFirst;
    private final LogOptions options;
    private final long nowMillis;

    /// @param newestMillis when it was last written to
    private record Part(Path folder, long bytes, long newestMillis) {}

    private IdleParts(List<Part> oldestFirst, LogOptions options, long nowMillis) {
        this.oldestFirst = oldestFirst;
        this.options = options;
        this.nowMillis = nowMillis;
    }

    static IdleParts of(Path log, LogOptions options, long nowMillis) throws IOException {
        List<Part> parts = new ArrayList<>();
        for (Path folder : ImpressionLog.folders(log)) {
            parts.add(part(folder));
        }
        parts.sort(Comparator.comparingLong(Part::newestMillis));
        return new IdleParts(parts, options, nowMillis);
    }

    private static Part part(Path folder) throws IOException {
        long bytes = 0;
        long newest = 0;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                bytes += Files.size(file);
                newest = Math.max(newest, Files.getLastModifiedTime(file).toMillis());
            }
            return new Part(folder, bytes, newest);
        } catch (UncheckedIOException unreadable) {
            throw unreadable.getCause();
        }
    }

    /// @param isIdle whether the part of this name is written to no more
    void delete(Predicate<String> isIdle) throws IOException {
        long bytes = oldestFirst.stream().mapToLong(Part::bytes).sum();
        for (Part part : oldestFirst) {
            boolean isOld = part.newestMillis() < nowMillis - options.age().toMillis();
            boolean isTooMuch = bytes > options.bytesMax();
            if ((isOld || isTooMuch) && isIdle.test(part.folder().getFileName().toString())) {
                Folders.delete(part.folder());
                bytes -= part.bytes();
            }
        }
    }
}
