package dev.mobula.actors.runtime;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// A held lock on a file; the operating system frees it when its process ends, however it ends.
final class LockFile implements AutoCloseable {
    private static final long POLL_NANOS = Duration.ofMillis(20).toNanos();

    private final FileChannel channel;

    private LockFile(FileChannel channel) {
        this.channel = channel;
    }

    /// Tries for the given time; empty when someone else holds the lock all along.
    static Optional<LockFile> tryHold(Path file, Duration limit) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean held = false;
        try {
            long deadline = System.nanoTime() + limit.toNanos();
            do {
                held = isLocked(channel);
                if (held) {
                    return Optional.of(new LockFile(channel));
                }
                LockSupport.parkNanos(POLL_NANOS);
            } while (System.nanoTime() < deadline);
            return Optional.empty();
        } finally {
            if (!held) {
                channel.close();
            }
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
    public void close() throws IOException {
        channel.close();
    }
}
