package dev.mobula.actors.runtime;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The small file that says which claim on a service's state is the current one.
final class EpochFile {
    private final Path folder;
    private final Path file;
    private final AtomicFile content;

    EpochFile(Path folder) {
        this.folder = folder;
        file = folder.resolve("epoch");
        content = new AtomicFile(file);
    }

    /// A claim: its number, and the name of the directory it owns.
    record Claim(long epoch, String directory) {}

    Path folder() {
        return folder;
    }

    Optional<Claim> read() throws IOException {
        Optional<String> text = content.read();
        return text.isEmpty() ? Optional.empty() : Optional.of(parse(text.get()));
    }

    private Claim parse(String text) throws IOException {
        List<String> words = List.of(text.split(" ", 3));
        if (words.size() != 2) {
            throw new IOException(file + " is damaged: \"" + text + "\"");
        }
        return new Claim(Long.parseLong(words.get(0)), words.get(1));
    }

    /// Waits until no other claim is being made; the guard lets the next one in when closed.
    Guard guard(Duration limit) throws IOException {
        return new Guard(
                LockFile.tryHold(folder.resolve("epoch.lock"), limit)
                        .orElseThrow(
                                () ->
                                        new IOException(
                                                "another claim on "
                                                        + folder
                                                        + " did not end within "
                                                        + limit)));
    }

    /// The right to write the file.
    final class Guard implements AutoCloseable {
        private final LockFile lock;

        private Guard(LockFile lock) {
            this.lock = lock;
        }

        void write(Claim claim) throws IOException {
            content.write(claim.epoch() + " " + claim.directory());
        }

        @Override
        public void close() throws IOException {
            lock.close();
        }
    }
}
