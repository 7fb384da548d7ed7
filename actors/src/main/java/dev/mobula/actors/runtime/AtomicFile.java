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
import java.util.Optional;
import java.util.zip.CRC32C;

/// A line of text in a file that is replaced whole and durably, or not at all; a damaged one is an error that names it.
public final class AtomicFile {
    private final Path file;

    public AtomicFile(Path file) {
        this.file = file;
    }

    /// The text, where there is one.
    public Optional<String> read() throws IOException {
        String stored;
        try {
            stored = Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        int end = stored.lastIndexOf(' ');
        if (end < 0 || !stored.substring(end + 1).equals(checksum(stored.substring(0, end)))) {
            throw new IOException(file + " is damaged: \"" + stored + "\"");
        }
        return Optional.of(stored.substring(0, end));
    }

    /// Returns when the text is on disk under the file's name.
    public void write(String text) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        String stored = text + " " + checksum(text) + "\n";
        try (FileChannel out =
                FileChannel.open(
                        next,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(stored.getBytes(StandardCharsets.ISO_8859_1));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory =
                FileChannel.open(file.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    private static String checksum(String content) {
        CRC32C crc = new CRC32C();
        crc.update(content.getBytes(StandardCharsets.ISO_8859_1));
        return Long.toHexString(crc.getValue());
    }
}
