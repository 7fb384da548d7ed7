package dev.mobula.retrieval.shard;

import dev.mobula.retrieval.RetrievalException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The folder of one shard: its snapshots by number, and the lock that keeps a second shard out.
final class ShardFolder implements AutoCloseable {
    private static final Pattern SNAPSHOT = Pattern.compile("snapshot-(\\d{12})\\.index");
    private static final String LEFT_OVER = "*.index.tmp";

    private final Path path;
    private final FileChannel lockFile;

    private ShardFolder(Path path, FileChannel lockFile) {
        this.path = path;
        this.lockFile = lockFile;
    }

    /// Locks the folder, creating it when needed, and clears what an interrupted write left behind.
    static ShardFolder open(Path path) {
        try {
            Files.createDirectories(path);
            FileChannel lockFile =
                    FileChannel.open(
                            path.resolve("LOCK"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE);
            if (!locked(lockFile)) {
                lockFile.close();
                throw new RetrievalException(
                        RetrievalException.Code.BUSY,
                        "folder " + path + " belongs to another shard");
            }
            ShardFolder folder = new ShardFolder(path, lockFile);
            folder.deleteAll(LEFT_OVER);
            return folder;
        } catch (IOException failure) {
            throw failed(path, failure);
        }
    }

    private static boolean locked(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException sameProcess) {
            return false;
        }
    }

    /// The newest snapshot.
    Optional<Path> newest() {
        List<Path> snapshots = snapshots();
        return snapshots.isEmpty() ? Optional.empty() : Optional.of(snapshots.getLast());
    }

    /// The name of the snapshot after a given one.
    Path after(Path snapshot) {
        Matcher name = SNAPSHOT.matcher(snapshot.getFileName().toString());
        long number = name.matches() ? Long.parseLong(name.group(1)) : 0;
        return numbered(number + 1);
    }

    Path first() {
        return numbered(1);
    }

    /// Deletes every snapshot but one.
    void keepOnly(Path snapshot) {
        for (Path other : snapshots()) {
            if (!other.equals(snapshot)) {
                delete(other);
            }
        }
    }

    void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException failure) {
            throw failed(path, failure);
        }
    }

    @Override
    public void close() {
        try {
            lockFile.close();
        } catch (IOException failure) {
            throw failed(path, failure);
        }
    }

    private Path numbered(long number) {
        return path.resolve("snapshot-%012d.index".formatted(number));
    }

    private List<Path> snapshots() {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path)) {
            for (Path file : files) {
                if (SNAPSHOT.matcher(file.getFileName().toString()).matches()) {
                    found.add(file);
                }
            }
        } catch (IOException failure) {
            throw failed(path, failure);
        }
        Collections.sort(found);
        return found;
    }

    private void deleteAll(String glob) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(path, glob)) {
            for (Path file : files) {
                Files.delete(file);
            }
        }
    }

    private static RetrievalException failed(Path path, IOException failure) {
        return new RetrievalException(
                RetrievalException.Code.IO,
                "folder " + path + " cannot be used: " + failure.getMessage(),
                failure);
    }
}
