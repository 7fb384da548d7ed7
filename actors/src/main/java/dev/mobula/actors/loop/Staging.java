package dev.mobula.actors.loop;

import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.Manifest;
import dev.mobula.training.bundle.Role;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/// Bundles' models as rankers install them: the layers and weights with the calibrators beside.
final class Staging {
    private static final String HALF = ".half";
    private static final int KEPT = 2;

    private final Path folder;

    Staging(Path folder) {
        this.folder = folder;
    }

    /// The folder of this bundle's model; the same bytes whenever it is asked for.
    Path folderOf(Bundle bundle) {
        Path whole = folder.resolve(bundle.id());
        try {
            if (!Files.exists(whole)) {
                Path half = folder.resolve(bundle.id() + HALF);
                if (Files.exists(half)) {
                    Folders.delete(half);
                }
                copy(ranker(bundle), half);
                if (!bundle.manifest().parts(Role.CALIBRATORS).isEmpty()) {
                    ModelFolder.save(half, bundle.calibrators());
                }
                Files.move(half, whole, StandardCopyOption.ATOMIC_MOVE);
            }
            return whole;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path ranker(Bundle bundle) {
        List<Manifest.Part> parts = bundle.manifest().parts(Role.RANKER);
        if (parts.size() != 1) {
            throw new IllegalArgumentException(
                    "bundle " + bundle.id() + " has " + parts.size() + " rankers, must be one");
        }
        return bundle.path(Role.RANKER, parts.getFirst().name());
    }

    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
    }

    /// Deletes all but the newest, which rankers may still be asked to install.
    void keepNewest() {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            List<Path> newestFirst =
                    all.sorted((one, other) -> Long.compare(modified(other), modified(one)))
                            .toList();
            for (Path old :
                    newestFirst.subList(Math.min(KEPT, newestFirst.size()), newestFirst.size())) {
                Folders.delete(old);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static long modified(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
