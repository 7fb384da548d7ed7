package dev.mobula.actors.runtime;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The directory of one service's durable state, owned by one instance at a time.
///
/// A service writes below [#path()] and, before it acknowledges a write, calls [#requireOwned()].
public final class StateDirectory implements AutoCloseable {
    /*
     * Fencing. Every claim raises an epoch in the service's folder before it looks at the state.
     * An owner acknowledges a write only after (1) the write is on disk and (2) the epoch was read
     * and found its own. So either the old owner's check came before the new claim, and the write
     * is in what the new owner opens; or it came after, and the write is never acknowledged.
     *
     * The state itself is guarded by a lock on a file inside it, which the operating system frees
     * with its process. A claimant waits a moment for it: an old owner that lives notices the new
     * epoch and ends. An owner that is frozen keeps its lock; then its folder is quiet, and the
     * claimant goes on with a copy of it, leaving the old one to a ghost whose checks all fail.
     * Files that are never changed once written are linked into the copy instead of copied.
     */
    private static final Duration LOCK_WAIT = Duration.ofSeconds(2);
    private static final Duration WATCH_PERIOD = Duration.ofMillis(200);
    private static final String OWNER_FILE = ".owner";

    private final EpochFile epochFile;
    private final EpochFile.Claim claim;
    private final Path path;
    private final LockFile ownership;
    private volatile boolean closed;
    private @Nullable Thread watcher;

    private StateDirectory(
            EpochFile epochFile, EpochFile.Claim claim, Path path, LockFile ownership) {
        this.epochFile = epochFile;
        this.claim = claim;
        this.path = path;
        this.ownership = ownership;
    }

    /// Takes the service's state over from whoever had it.
    public static StateDirectory claim(Path root, String service) {
        try {
            Path folder = Files.createDirectories(root.resolve(service));
            EpochFile epochFile = new EpochFile(folder);
            try (EpochFile.Guard guard = epochFile.guard(LOCK_WAIT.multipliedBy(4))) {
                return claim(epochFile, guard);
            }
        } catch (IOException failed) {
            throw new CallException(
                    Failure.APPLICATION,
                    "state of service " + service + " under " + root + ": " + failed.getMessage(),
                    failed);
        }
    }

    private static StateDirectory claim(EpochFile epochFile, EpochFile.Guard guard)
            throws IOException {
        Optional<EpochFile.Claim> last = epochFile.read();
        long epoch = last.map(EpochFile.Claim::epoch).orElse(0L) + 1;
        String directory = last.map(EpochFile.Claim::directory).orElse("state-" + epoch);
        EpochFile.Claim claim = new EpochFile.Claim(epoch, directory);
        guard.write(claim);
        Path path = Files.createDirectories(epochFile.folder().resolve(directory));
        Optional<LockFile> owned = tryOwn(path);
        if (owned.isEmpty()) {
            claim = new EpochFile.Claim(epoch, "state-" + epoch);
            Path copy = epochFile.folder().resolve(claim.directory());
            StateCopy.copy(path, copy, OWNER_FILE);
            guard.write(claim);
            owned = tryOwn(copy);
            path = copy;
        }
        LockFile ownership =
                owned.orElseThrow(() -> new IOException("a fresh copy is already owned"));
        StateDirectory state = new StateDirectory(epochFile, claim, path, ownership);
        StateCopy.deleteOthers(epochFile.folder(), path);
        return state;
    }

    private static Optional<LockFile> tryOwn(Path directory) throws IOException {
        return LockFile.tryHold(directory.resolve(OWNER_FILE), LOCK_WAIT);
    }

    /// Where the service keeps its files.
    public Path path() {
        return path;
    }

    /// The number of this claim; every later owner has a higher one.
    public long epoch() {
        return claim.epoch();
    }

    /// Throws when the state belongs to a successor; called after a write is on disk and before
    /// it is acknowledged.
    public void requireOwned() {
        Optional<EpochFile.Claim> current = current();
        if (closed || current.isEmpty() || current.get().epoch() != claim.epoch()) {
            throw new CallException(
                    Failure.UNAVAILABLE,
                    "fenced: epoch " + claim.epoch() + " of " + path + " was superseded");
        }
    }

    private Optional<EpochFile.Claim> current() {
        try {
            return epochFile.read();
        } catch (IOException unreadable) {
            throw new CallException(
                    Failure.UNAVAILABLE, "cannot confirm the ownership of " + path, unreadable);
        }
    }

    /// Calls back once, from a thread of its own, when a successor has claimed the state.
    void onSuperseded(Consumer<Throwable> callback) {
        watcher =
                Thread.ofVirtual()
                        .name("mobula-state-" + path.getFileName())
                        .start(() -> watch(callback));
    }

    private void watch(Consumer<Throwable> callback) {
        while (!closed) {
            LockSupport.parkNanos(WATCH_PERIOD.toNanos());
            try {
                if (!closed) {
                    requireOwned();
                }
            } catch (CallException lost) {
                if (!closed) {
                    callback.accept(lost);
                }
                return;
            }
        }
    }

    /// Gives the lock back; a successor may open the state from here on.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (watcher != null) {
            LockSupport.unpark(watcher);
        }
        try {
            ownership.close();
        } catch (IOException failed) {
            throw new CallException(
                    Failure.APPLICATION, "the lock of " + path + " does not close", failed);
        }
    }
}
