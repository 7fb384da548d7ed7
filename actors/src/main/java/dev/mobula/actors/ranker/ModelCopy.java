package dev.mobula.actors.ranker;

import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/// Copies a model's folder so that the copy survives whatever comes next.
final class ModelCopy {
    private ModelCopy() {}

    static void copy(Path source, Path target) throws IOException {
        delete(target);
        Files.createDirectories(target);
        for (Path file : filesOf(source)) {
            Path copied = target.resolve(file.getFileName().toString());
            Files.copy(file, copied);
            force(copied);
        }
        force(target);
    }

    private static List<Path> filesOf(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /// Whether one has a file that the other has not, or another content of one.
    static boolean differ(Path one, Path other) throws IOException {
        List<Path> mine = filesOf(one);
        if (mine.size() != filesOf(other).size()) {
            return true;
        }
        for (Path file : mine) {
            Path twin = other.resolve(file.getFileName().toString());
            if (!Files.exists(twin) || Files.mismatch(file, twin) >= 0) {
                return true;
            }
        }
        return false;
    }

    /// Returns once a file's content, or a folder's entries, are on disk.
    static void force(Path fileOrFolder) throws IOException {
        try (FileChannel channel = FileChannel.open(fileOrFolder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            Folders.delete(folder);
        }
    }
}
