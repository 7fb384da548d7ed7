package dev.mobula.cluster.evaluate;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/// A folder that is gone, with all it holds, once it is closed.
record ScratchFolder(Path path) implements AutoCloseable {
    static ScratchFolder create(String prefix) {
        try {
            return new ScratchFolder(Files.createTempDirectory(prefix));
        } catch (IOException cause) {
            throw new TrainingException(Code.IO, prefix + ": no temporary folder: " + cause, cause);
        }
    }

    @Override
    public void close() {
        try (Stream<Path> all = Files.walk(path)) {
            List<Path> deepestFirst = all.sorted(Comparator.reverseOrder()).toList();
            for (Path one : deepestFirst) {
                Files.delete(one);
            }
        } catch (IOException cause) {
            throw new TrainingException(Code.IO, path + ": cannot be removed: " + cause, cause);
        }
    }
}
