package dev.mobula.training.durable;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Writing so that a crash leaves the former content or the new one: beside its name, synced, renamed, folder synced.
public final class DurableFile {
    /// Ends the name of a file that is being written; what is found under it after a crash is nobody's.
    public static final String HALF = ".half";

    private static final int BUFFER_BYTES = 1 << 16;

    private DurableFile() {}

    /// Replaces the file's content.
    public static void write(Path file, byte[] content) {
        Path half = file.resolveSibling(file.getFileName() + HALF);
        try {
            try (FileChannel out =
                    FileChannel.open(
                            half,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                writeFully(out, ByteBuffer.wrap(content));
                out.force(true);
            }
            publish(half, file);
        } catch (IOException e) {
            discard(half, e);
            throw new TrainingException(Code.IO, file + " was not written: " + e, e);
        }
    }

    /// Gives a synced file or folder its name for good.
    public static void publish(Path half, Path target) throws IOException {
        Files.move(
                half, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncFolder(target.toAbsolutePath().resolveSibling(""));
    }

    /// Makes the names in a folder durable.
    public static void syncFolder(Path folder) throws IOException {
        try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    /// Makes a file's content durable.
    public static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /// Writes all that is left of the bytes.
    public static void writeFully(FileChannel out, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            out.write(bytes);
        }
    }

    private static void discard(Path half, IOException failure) {
        try {
            Files.deleteIfExists(half);
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
    }

    /// The SHA-256 of a file, in hexadecimal.
    public static String sha256(Path file) {
        MessageDigest digest = sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            while (in.read(buffer) >= 0) {
                // The digest reads along.
            }
        } catch (NoSuchFileException e) {
            throw new TrainingException(Code.NOT_FOUND, file + ": no such file", e);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// The SHA-256 of bytes, in hexadecimal.
    public static String sha256(byte[] bytes) {
        return HexFormat.of().formatHex(sha256().digest(bytes));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
