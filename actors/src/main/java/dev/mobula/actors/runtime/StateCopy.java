package dev.mobula.actors.runtime;

import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Copies a quiet state directory, and clears away those that no one owns any more.
final class StateCopy {
    private static final Logger LOG = LoggerFactory.getLogger(StateCopy.class);
    private static final List<String> WRITTEN_ONCE = List.of(".sst", ".snapshot", ".arrow");

    private StateCopy() {}

    /// Copies all files but the named one; the copy appears under its name only when complete.
    static void copy(Path from, Path to, String except) throws IOException {
        Path partial = to.resolveSibling(to.getFileName() + ".partial");
        Folders.delete(partial);
        Files.walkFileTree(
                from,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes a)
                            throws IOException {
                        Files.createDirectories(partial.resolve(from.relativize(dir)));
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes a)
                            throws IOException {
                        if (!file.getFileName().toString().equals(except)) {
                            adopt(file, partial.resolve(from.relativize(file)));
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        Folders.delete(to);
        Files.move(partial, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void adopt(Path file, Path target) throws IOException {
        if (WRITTEN_ONCE.stream().anyMatch(file.toString()::endsWith)) {
            try {
                Files.createLink(target, file);
                return;
            } catch (UnsupportedOperationException noLinksHere) {
                // A plain copy does the same, slower.
            }
        }
        Files.copy(file, target);
    }

    /// Deletes the state directories beside the kept one; what a ghost still writes to stays until the
    /// next claim.
    static void deleteOthers(Path folder, Path kept) throws IOException {
        List<Path> others;
        try (Stream<Path> entries = Files.list(folder)) {
            others =
                    entries.filter(Files::isDirectory)
                            .filter(entry -> !entry.equals(kept))
                            .toList();
        }
        for (Path other : others) {
            try {
                Folders.delete(other);
            } catch (IOException | UncheckedIOException stillWrittenTo) {
                LOG.debug("{} stays: {}", other, stillWrittenTo.toString());
            }
        }
    }
}
