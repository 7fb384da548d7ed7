package dev.mobula.training.checkpoint;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A file being written: counted, hashed, and on the disk when it is finished.
public final class FileWriting implements AutoCloseable {
    private final String name;
    private final FileChannel channel;
    private final MessageDigest digest = sha256();
    private long bytes;

    private FileWriting(String name, FileChannel channel) {
        this.name = name;
        this.channel = channel;
    }

    public static FileWriting create(Path folder, String name) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve(name),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.WRITE);
        return new FileWriting(name, channel);
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256 is part of every Java runtime", impossible);
        }
    }

    /// Writes all that remains in the buffer.
    public void write(ByteBuffer content) throws IOException {
        digest.update(content.duplicate());
        bytes += content.remaining();
        while (content.hasRemaining()) {
            channel.write(content);
        }
    }

    /// Forces the content to the disk. To be called once, at the end.
    public FileEntry finish() throws IOException {
        channel.force(true);
        return new FileEntry(name, bytes, HexFormat.of().formatHex(digest.digest()));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
