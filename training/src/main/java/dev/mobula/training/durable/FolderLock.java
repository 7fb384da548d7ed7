package dev.mobula.training.durable;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The right to write in a folder; the operating system takes it back when its process ends, however it ends.
public final class FolderLock implements AutoCloseable {
    private static final String NAME = "lock";

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /// Locks the folder, creating it when needed, or refuses with `BUSY` when someone else holds it.
    public static FolderLock hold(Path folder) {
        try {
            Files.createDirectories(folder);
            FileChannel channel =
                    FileChannel.open(
                            folder.resolve(NAME),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (isLocked(channel)) {
                return new FolderLock(folder, channel);
            }
            channel.close();
            throw new TrainingException(
                    Code.BUSY,
                    folder + " is in use by another process or another part of this one");
        } catch (IOException e) {
            throw new TrainingException(Code.IO, folder + " cannot be locked: " + e, e);
        }
    }

    private static boolean isLocked(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException heldInThisProcess) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new TrainingException(Code.IO, folder + ": unlock: " + e, e);
        }
    }
}
