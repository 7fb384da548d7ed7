package dev.mobula.training.checkpoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A checkpoint is written into `step-N.half`: data files first, each forced to the disk, the manifest with their
 * checksums last. Then the folder is renamed to `step-N` in one step and the parent is forced. Whatever a crash leaves
 * behind is either a half folder, which is removed, or a whole one. A whole one whose content no longer matches its
 * manifest is passed over for the one before it.
 */
/// The checkpoints of one run, in a folder that one process at a time may write.
public final class CheckpointStore implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CheckpointStore.class);
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String MANIFEST = "manifest.json";
    private static final String PREFIX = "step-";
    private static final String HALF = ".half";
    private static final String LOCK = "lock";

    private final Path folder;
    private final int kept;
    private final FileChannel lockFile;
    private final FileLock lock;

    private CheckpointStore(Path folder, int kept, FileChannel lockFile, FileLock lock) {
        this.folder = folder;
        this.kept = kept;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /// Opens the folder, making it when needed, or refuses when another run is using it.
    ///
    /// @param kept newest checkpoints that stay
    public static CheckpointStore open(Path folder, int kept) throws IOException {
        if (kept < 1) {
            throw TrainingException.invalid("kept", kept, "must be at least 1");
        }
        Files.createDirectories(folder);
        FileChannel file =
                FileChannel.open(
                        folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = tryLock(file);
        if (lock == null) {
            file.close();
            throw new TrainingException(Code.BUSY, folder + ": another run is writing here");
        }
        CheckpointStore store = new CheckpointStore(folder, kept, file, lock);
        store.removeHalves();
        return store;
    }

    private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock();
        } catch (OverlappingFileLockException inThisProcess) {
            return null;
        }
    }

    private void removeHalves() throws IOException {
        for (Path half : folders(HALF)) {
            delete(half);
        }
    }

    private List<Path> folders(String suffix) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(Files::isDirectory)
                    .filter(
                            path -> {
                                String name = path.getFileName().toString();
                                return name.startsWith(PREFIX)
                                        && name.endsWith(HALF) == suffix.equals(HALF);
                            })
                    .sorted(Comparator.comparing(Path::getFileName).reversed())
                    .toList();
        }
    }

    /// The newest checkpoint that is whole.
    public Optional<Checkpoint> latest() throws IOException {
        for (Path candidate : folders("")) {
            Optional<Checkpoint> whole = verify(candidate);
            if (whole.isPresent()) {
                return whole;
            }
        }
        return Optional.empty();
    }

    /// The newest whole checkpoint up to a step; newer ones are removed, as if they had never been written. Where none is up to
    /// it, there is nothing to go back to but the beginning, or, if older ones have made room by now, the newest of all.
    public Optional<Checkpoint> backTo(int step) throws IOException {
        List<Path> newer = new ArrayList<>();
        Optional<Checkpoint> found = Optional.empty();
        for (Path candidate : folders("")) {
            found = verify(candidate).filter(whole -> whole.manifest().step() <= step);
            if (found.isPresent()) {
                break;
            }
            newer.add(candidate);
        }
        if (found.isEmpty() && newer.size() >= kept) {
            return latest();
        }
        for (Path one : newer) {
            delete(one);
        }
        return found;
    }

    /// Reads one checkpoint, or nothing when it is not whole.
    public static Optional<Checkpoint> verify(Path candidate) {
        try {
            Manifest manifest =
                    JSON.readValue(Files.readString(candidate.resolve(MANIFEST)), Manifest.class);
            for (FileEntry entry : manifest.files()) {
                Path file = candidate.resolve(entry.name());
                if (Files.size(file) != entry.bytes() || !hash(file).equals(entry.sha256())) {
                    LOG.warn("{} is not what its manifest says: passed over", file);
                    return Optional.empty();
                }
            }
            return Optional.of(new Checkpoint(candidate, manifest));
        } catch (IOException torn) {
            LOG.warn("checkpoint {} is torn, passed over: {}", candidate, torn.getMessage());
            return Optional.empty();
        }
    }

    private static String hash(Path file) throws IOException {
        MessageDigest digest = FileWriting.sha256();
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /// Starts a checkpoint: an empty folder for its files.
    public Path begin(int step) throws IOException {
        Path half = folder.resolve(name(step) + HALF);
        delete(half);
        return Files.createDirectory(half);
    }

    private static String name(int step) {
        return String.format(Locale.ROOT, PREFIX + "%09d", step);
    }

    /// Publishes what was written since [#begin], and removes what is too old.
    public Checkpoint commit(Path half, Manifest manifest) throws IOException {
        try (FileWriting file = FileWriting.create(half, MANIFEST)) {
            byte[] json = json(manifest).getBytes(StandardCharsets.UTF_8);
            file.write(ByteBuffer.wrap(json));
            file.finish();
        }
        force(half);
        Path whole = folder.resolve(name(manifest.step()));
        delete(whole);
        Files.move(half, whole, StandardCopyOption.ATOMIC_MOVE);
        force(folder);
        List<Path> all = folders("");
        for (Path old : all.subList(Math.min(kept, all.size()), all.size())) {
            delete(old);
        }
        return new Checkpoint(whole, manifest);
    }

    /// Removes what was written since [#begin], as far as the disk lets us.
    public void discard(Path half) {
        try {
            delete(half);
        } catch (IOException failed) {
            LOG.warn("{} stays behind: {}", half, failed.getMessage());
        }
    }

    private static String json(Manifest manifest) {
        try {
            return JSON.writeValueAsString(manifest);
        } catch (JsonProcessingException cause) {
            throw new IllegalStateException("a record of strings and numbers has JSON", cause);
        }
    }

    /// Makes names in a folder durable.
    private static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory)) {
            channel.force(true);
        }
    }

    private static void delete(Path tree) throws IOException {
        if (!Files.exists(tree)) {
            return;
        }
        try (Stream<Path> entries = Files.walk(tree)) {
            for (Path path : entries.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
        } catch (IOException failed) {
            LOG.warn("the lock of {} does not release: {}", folder, failed.getMessage());
        }
    }
}
