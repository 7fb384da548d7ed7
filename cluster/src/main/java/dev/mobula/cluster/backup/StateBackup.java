package dev.mobula.cluster.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongConsumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/*
 * A backup is taken from a state that nobody writes to: every service's lock is held while its files are copied, and a
 * service that runs is named instead. The copy has another name until its manifest is on disk. Before a restore touches
 * anything, every file is there, no other is, and every byte has the checksum it had.
 *
 * A ledger that comes back does not know what was sent since: its rows get the mark that has it seal every window that
 * has begun.
 */
/// Backs up and restores everything that an engine keeps, as one thing.
public final class StateBackup {
    private static final Set<String> LOCKS = Set.of(".owner", "lock");
    private static final String HALF = ".half";
    private static final String LEDGERS = "ledger";
    private static final String PAST = "PAST";
    private static final String ROWS = "CURRENT";
    private static final int CHUNK_BYTES = 1 << 20;

    private final LongConsumer copied;

    /// @param copied is told of bytes as they are done
    public StateBackup(LongConsumer copied) {
        this.copied = copied;
    }

    /// How much was copied.
    public record Done(int files, long bytes) {}

    /// How many bytes a folder's files have.
    public static long bytesOf(Path folder) throws IOException {
        long bytes = 0;
        for (Path file : files(folder)) {
            bytes += Files.size(file);
        }
        return bytes;
    }

    /// Copies a state into a folder that is not there yet.
    public Done backUp(Path state, Path backup, long nowMillis) throws IOException {
        requireFree(backup);
        if (!Files.isDirectory(state)) {
            throw new IOException(state + " is no folder with an engine's state");
        }
        Path half = half(backup);
        List<FileChannel> held = hold(state);
        try {
            List<Manifest.Entry> entries = new ArrayList<>();
            for (Path file : files(state)) {
                if (!isLock(file)) {
                    entries.add(copy(state, file, half));
                }
            }
            Manifest manifest = Manifest.of(nowMillis, entries);
            write(half.resolve(Manifest.NAME), manifest.text());
            Files.move(half, backup, StandardCopyOption.ATOMIC_MOVE);
            forceFolderOf(backup);
            return new Done(entries.size(), manifest.bytes());
        } finally {
            for (FileChannel lock : held) {
                lock.close();
            }
        }
    }

    private static boolean isLock(Path file) {
        return LOCKS.contains(file.getFileName().toString());
    }

    /// Holds every service's lock, or names the one that runs.
    private static List<FileChannel> hold(Path state) throws IOException {
        List<FileChannel> held = new ArrayList<>();
        try {
            for (Path file : files(state)) {
                if (isLock(file)) {
                    held.add(hold(state, file));
                }
            }
            return held;
        } catch (IOException running) {
            for (FileChannel lock : held) {
                lock.close();
            }
            throw running;
        }
    }

    private static FileChannel hold(Path state, Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException here) {
            channel.close();
            throw running(state, file);
        }
        channel.close();
        throw running(state, file);
    }

    private static IOException running(Path state, Path lock) {
        return new IOException(
                "the service "
                        + state.relativize(lock).getName(0)
                        + " runs on "
                        + state
                        + ": end the engine first");
    }

    /// Puts a backup in place as the state of an engine; the folder must not be there, or be empty.
    public Done restore(Path backup, Path state) throws IOException {
        requireFree(state);
        Manifest manifest = verify(backup);
        Path half = half(state);
        for (Manifest.Entry entry : manifest.files()) {
            Manifest.Entry restored = copy(backup, backup.resolve(entry.path()), half);
            if (!restored.equals(entry)) {
                throw new IOException(backup + ": " + entry.path() + " changed while it was read");
            }
        }
        sealLedgers(half);
        Files.createDirectories(half);
        Files.deleteIfExists(state);
        Files.move(half, state, StandardCopyOption.ATOMIC_MOVE);
        forceFolderOf(state);
        return new Done(manifest.files().size(), manifest.bytes());
    }

    /// Refuses a backup that is not whole, by the name of the file at fault.
    private Manifest verify(Path backup) throws IOException {
        Manifest manifest = Manifest.read(backup);
        TreeSet<String> left = new TreeSet<>();
        for (Path file : files(backup)) {
            left.add(backup.relativize(file).toString());
        }
        left.remove(Manifest.NAME);
        for (Manifest.Entry entry : manifest.files()) {
            if (!backup.resolve(entry.path()).normalize().startsWith(backup.normalize())) {
                throw new IOException(backup + ": " + entry.path() + " lies outside of it");
            }
            if (!left.remove(entry.path())) {
                throw new IOException(backup + " is damaged: " + entry.path() + " is missing");
            }
            Manifest.Entry found = read(backup, backup.resolve(entry.path()), null);
            if (!found.equals(entry)) {
                throw new IOException(
                        backup
                                + " is damaged: "
                                + entry.path()
                                + " is not what was backed up ("
                                + found.bytes()
                                + " of "
                                + entry.bytes()
                                + " bytes)");
            }
        }
        if (!left.isEmpty()) {
            throw new IOException(backup + " is damaged: it did not have " + left.first());
        }
        return manifest;
    }

    private static void sealLedgers(Path state) throws IOException {
        if (!Files.isDirectory(state)) {
            return;
        }
        for (Path file : files(state)) {
            boolean ledger = state.relativize(file).getName(0).toString().startsWith(LEDGERS);
            if (ledger && file.getFileName().toString().equals(ROWS)) {
                Path mark = file.resolveSibling(PAST);
                if (!Files.exists(mark)) {
                    write(mark, new byte[0]);
                }
            }
        }
    }

    private static void requireFree(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findFirst().isEmpty()) {
                    Files.delete(folder);
                    return;
                }
            }
        }
        if (Files.exists(folder)) {
            throw new IOException(folder + " is there already");
        }
    }

    private static Path half(Path folder) throws IOException {
        Path half = folder.resolveSibling(folder.getFileName() + HALF);
        if (Files.exists(half)) {
            throw new IOException(
                    half + " is left from one that was interrupted; delete it and try again");
        }
        return half;
    }

    private Manifest.Entry copy(Path root, Path file, Path target) throws IOException {
        Path copy = target.resolve(root.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        return read(root, file, copy);
    }

    /// Reads a file through its checksum, and writes it to the copy when there is to be one.
    private Manifest.Entry read(Path root, Path file, @Nullable Path copy) throws IOException {
        MessageDigest digest = sha256();
        long bytes = 0;
        try (InputStream in = Files.newInputStream(file);
                FileChannel out =
                        copy == null
                                ? null
                                : FileChannel.open(
                                        copy,
                                        StandardOpenOption.CREATE_NEW,
                                        StandardOpenOption.WRITE)) {
            byte[] chunk = new byte[CHUNK_BYTES];
            for (int read = in.read(chunk); read >= 0; read = in.read(chunk)) {
                digest.update(chunk, 0, read);
                bytes += read;
                if (out != null) {
                    ByteBuffer left = ByteBuffer.wrap(chunk, 0, read);
                    while (left.hasRemaining()) {
                        out.write(left);
                    }
                    copied.accept(read);
                }
            }
            if (out != null) {
                out.force(true);
            }
        }
        return new Manifest.Entry(
                root.relativize(file).toString(), bytes, HexFormat.of().formatHex(digest.digest()));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Files.createDirectories(file.getParent());
        try (FileChannel out =
                FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap(bytes));
            out.force(true);
        }
        forceFolderOf(file);
    }

    private static void forceFolderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            return;
        }
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).sorted().toList();
        }
    }
}
