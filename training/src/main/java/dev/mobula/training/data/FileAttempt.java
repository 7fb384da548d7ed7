package dev.mobula.training.data;

import dev.mobula.retrieval.RetrievalException;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Runs a library's code on a file from outside: it may throw anything, and all of it means that the file is not what it
/// claims to be.
final class FileAttempt {
    private FileAttempt() {}

    /// What the library does.
    @FunctionalInterface
    interface Action<T> {
        T run() throws IOException;
    }

    static <T> T of(Path path, String what, Action<T> action) {
        try {
            return action.run();
        } catch (TrainingException e) {
            throw e;
        } catch (RetrievalException e) {
            throw new TrainingException(
                    e.code() == RetrievalException.Code.INVALID_INPUT
                            ? Code.INVALID_INPUT
                            : Code.BAD_DATA,
                    String.valueOf(e.getMessage()),
                    e);
        } catch (NoSuchFileException e) {
            throw new TrainingException(Code.NOT_FOUND, path + ": no such file", e);
        } catch (IOException | RuntimeException e) {
            throw new TrainingException(Code.BAD_DATA, path + ": " + what + ": " + e, e);
        }
    }
}
