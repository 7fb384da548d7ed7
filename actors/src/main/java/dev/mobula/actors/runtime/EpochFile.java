package dev.mobula.actors.runtime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;

/// The small file that says which claim on a service's state is the current one.
final class EpochFile {
    private final Path folder;
    private final Path file;

    EpochFile(Path folder) {
        this.folder = folder;
        file = folder.resolve("epoch");
    }

    /// A claim: its number, and the name of the directory it owns.
    record Claim(long epoch, String directory) {
        private String toText() {
            String content = epoch + " " + directory;
            return content + " " + checksum(content) + "\n";
        }

        private static Claim parse(String text, Path file) throws IOException {
            List<String> words = List.of(text.strip().split(" ", 4));
            if (words.size() == 3
                    && words.get(2).equals(checksum(words.get(0) + " " + words.get(1)))) {
                return new Claim(Long.parseLong(words.get(0)), words.get(1));
            }
            throw new IOException(file + " is damaged: \"" + text.strip() + "\"");
        }

        private static String checksum(String content) {
            CRC32C crc = new CRC32C();
            crc.update(content.getBytes(StandardCharsets.UTF_8));
            return Long.toHexString(crc.getValue());
        }
    }

    Path folder() {
        return folder;
    }

    Optional<Claim> read() throws IOException {
        try {
            return Optional.of(
                    Claim.parse(Files.readString(file, StandardCharsets.ISO_8859_1), file));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
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
            Path next = folder.resolve("epoch.next");
            try (FileChannel out =
                    FileChannel.open(
                            next,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                ByteBuffer text = ByteBuffer.wrap(claim.toText().getBytes(StandardCharsets.UTF_8));
                while (text.hasRemaining()) {
                    out.write(text);
                }
                out.force(true);
            }
            Files.move(
                    next,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        }

        @Override
        public void close() throws IOException {
            lock.close();
        }
    }
}
