package dev.mobula.training.bundle;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.durable.DurableFile;
import dev.mobula.training.durable.FolderLock;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// Bundles in a folder, each under its id, and the durable pointer to the promoted one.
///
/// A bundle appears whole or not at all. The pointer moves in one atomic step. Who changes something holds the folder's
/// lock meanwhile; readers need none. Beyond the quota the oldest bundles go, never the promoted one nor those it can be
/// rolled back to.
public final class BundleStore {
    private static final String BUNDLES = "bundles";
    private static final String DELETED = "deleted-";
    private static final int ID_CHARS_MIN = 6;

    private final Path root;
    private final Path bundles;
    private final long bytesMax;
    private final InstantSource clock;

    private BundleStore(Path root, long bytesMax, InstantSource clock) {
        this.root = root;
        this.bundles = root.resolve(BUNDLES);
        this.bytesMax = bytesMax;
        this.clock = clock;
    }

    /// Opens or creates a store.
    public static BundleStore open(Path root, long bytesMax, InstantSource clock) {
        if (bytesMax < 1) {
            throw TrainingException.invalid("bytesMax", bytesMax, "must be positive");
        }
        try {
            Files.createDirectories(root.resolve(BUNDLES));
        } catch (IOException e) {
            throw new TrainingException(Code.IO, root + ": " + e, e);
        }
        return new BundleStore(root, bytesMax, clock);
    }

    /// The folder that all of it lies in.
    public Path root() {
        return root;
    }

    /// A bundle in the store.
    ///
    /// @param promoted whether it is the promoted one
    public record Listed(String id, Manifest manifest, FileTime since, boolean promoted) {}

    /// All bundles, the newest first.
    public List<Listed> list() {
        Optional<String> promoted = promotions().promoted();
        List<Listed> all = new ArrayList<>();
        try (Stream<Path> folders = Files.list(bundles)) {
            for (Path folder : folders.filter(BundleStore::isBundle).toList()) {
                String id = folder.getFileName().toString();
                all.add(
                        new Listed(
                                id,
                                Bundle.describe(folder),
                                Files.getLastModifiedTime(folder.resolve(Bundle.MANIFEST)),
                                promoted.filter(id::equals).isPresent()));
            }
        } catch (IOException e) {
            throw new TrainingException(Code.IO, bundles + ": " + e, e);
        }
        all.sort(Comparator.comparing(Listed::since).reversed().thenComparing(Listed::id));
        return all;
    }

    private static boolean isBundle(Path folder) {
        String name = folder.getFileName().toString();
        return !name.startsWith(DELETED) && !name.endsWith(DurableFile.HALF);
    }

    /// The id that begins so, or the promoted one's for `promoted`.
    public String resolve(String beginning) {
        if (beginning.equals("promoted")) {
            return promotions()
                    .promoted()
                    .orElseThrow(
                            () ->
                                    new TrainingException(
                                            Code.NOT_FOUND, root + ": nothing is promoted"));
        }
        List<String> found =
                list().stream().map(Listed::id).filter(id -> id.startsWith(beginning)).toList();
        if (found.size() != 1 || beginning.length() < ID_CHARS_MIN) {
            throw new TrainingException(
                    Code.NOT_FOUND,
                    "bundle=%s: must be the beginning of one id, %d characters or more; %d begin so"
                            .formatted(beginning, ID_CHARS_MIN, found.size()));
        }
        return found.getFirst();
    }

    /// Opens a bundle after comparing every byte.
    public Bundle load(String id, Bundle.Checked progress) {
        return Bundle.load(bundles.resolve(id), progress);
    }

    public Manifest describe(String id) {
        return Bundle.describe(bundles.resolve(id));
    }

    public Promotions promotions() {
        return Promotions.read(root.resolve(Promotions.FILE));
    }

    public Gates gates() {
        return Gates.read(root.resolve(Gates.FILE));
    }

    /// Copies a draft's files into the store, each synced; the bundle's id. One that is there already stays.
    public String publish(BundleDraft draft) {
        Manifest manifest = draft.manifest();
        String id = manifest.id();
        Path target = bundles.resolve(id);
        try (FolderLock _ = FolderLock.hold(root)) {
            if (Files.exists(target)) {
                return id;
            }
            makeRoom(manifest.bytes());
            Path half = bundles.resolve(id + DurableFile.HALF);
            Folders.delete(half);
            copy(draft, half);
            DurableFile.write(half.resolve(Bundle.MANIFEST), manifest.toBytes());
            checkCopy(half, manifest);
            DurableFile.publish(half, target);
            return id;
        } catch (IOException e) {
            throw new TrainingException(Code.IO, target + " was not published: " + e, e);
        }
    }

    private static void copy(BundleDraft draft, Path half) throws IOException {
        Set<Path> folders = new TreeSet<>(Set.of(half));
        for (Map.Entry<String, Path> source : draft.sources().entrySet()) {
            Path to = half.resolve(source.getKey());
            Path folder = to.resolveSibling("");
            Files.createDirectories(folder);
            folders.add(folder);
            try (InputStream in = Files.newInputStream(source.getValue());
                    FileChannel out =
                            FileChannel.open(
                                    to, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                in.transferTo(Channels.newOutputStream(out));
                out.force(true);
            }
        }
        for (Path folder : folders) {
            DurableFile.syncFolder(folder);
        }
    }

    /// A source that changed between its digest and its copy must not get in.
    private static void checkCopy(Path half, Manifest manifest) {
        for (Manifest.Part part : manifest.parts()) {
            for (Manifest.FileEntry entry : part.files()) {
                Path file = half.resolve(part.folder()).resolve(entry.path());
                if (!DurableFile.sha256(file).equals(entry.sha256())) {
                    throw new TrainingException(
                            Code.BUSY, entry.path() + " changed while it was copied");
                }
            }
        }
    }

    /// Deletes the oldest bundles that are not needed until this much more fits, or refuses.
    private void makeRoom(long bytes) throws IOException {
        Set<String> needed = new HashSet<>(promotions().stack());
        List<Listed> all = list();
        long used = all.stream().mapToLong(one -> one.manifest().bytes()).sum();
        for (int i = all.size() - 1; i >= 0 && used + bytes > bytesMax; i--) {
            if (!needed.contains(all.get(i).id())) {
                delete(all.get(i).id());
                used -= all.get(i).manifest().bytes();
            }
        }
        if (used + bytes > bytesMax) {
            throw new TrainingException(
                    Code.FULL,
                    "%s: %d bytes more than the %d that are needed for rolling back exceed the quota of %d"
                            .formatted(root, bytes, used, bytesMax));
        }
    }

    private void delete(String id) throws IOException {
        Path doomed = bundles.resolve(DELETED + id);
        DurableFile.publish(bundles.resolve(id), doomed);
        Folders.delete(doomed);
    }

    /// What became of a wish to promote.
    public sealed interface Promotion {
        /// The pointer stands on the bundle.
        record Done(String id) implements Promotion {}

        /// The pointer did not move.
        record Blocked(String id, List<String> reasons) implements Promotion {
            public Blocked {
                reasons = List.copyOf(reasons);
            }
        }
    }

    /// Moves the pointer to a bundle when it is whole and passes the store's gates.
    ///
    /// @param override why it is promoted whatever the gates say; empty to obey them
    public Promotion promote(String id, String override, Bundle.Checked progress) {
        try (FolderLock _ = FolderLock.hold(root)) {
            Bundle candidate = load(id, progress);
            Promotions before = promotions();
            Optional<Evidence> promoted =
                    before.promoted().map(current -> describe(current).evidence());
            List<String> reasons = gates().reasons(candidate.manifest().evidence(), promoted);
            if (!reasons.isEmpty() && override.isBlank()) {
                return new Promotion.Blocked(id, reasons);
            }
            String note =
                    reasons.isEmpty()
                            ? override
                            : override + " (over: " + String.join("; ", reasons) + ")";
            before.promote(id, clock.instant().toString(), note)
                    .write(root.resolve(Promotions.FILE));
            return new Promotion.Done(id);
        }
    }

    /// Moves the pointer back to the bundle that was promoted before, after comparing all of it; its id.
    public String rollback(String note, Bundle.Checked progress) {
        try (FolderLock _ = FolderLock.hold(root)) {
            Promotions back = promotions().rollback(clock.instant().toString(), note);
            String id = back.promoted().orElseThrow();
            load(id, progress);
            back.write(root.resolve(Promotions.FILE));
            return id;
        }
    }
}
