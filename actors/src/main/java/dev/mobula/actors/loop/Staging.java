package dev.mobula.actors.loop;

import dev.mobula.actors.feed.ValueNames;
import dev.mobula.actors.spaces.SpaceNote;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.value.ValueModel;
import dev.mobula.training.TrainingException;
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
import java.util.Optional;
import java.util.stream.Stream;

/// Bundles' models as rankers install them: the layers and weights, with the calibrators and the value expressions beside.
final class Staging {
    private static final String HALF = ".half";
    private static final int KEPT = 2;

    private final Path folder;

    Staging(Path folder) {
        this.folder = folder;
    }

    /// Why it could not be taken up as it is: a value that names what neither its heads nor the feed know, or vectors of
    /// users and items that are not to be had.
    List<String> against(Bundle bundle) {
        int rankers = bundle.manifest().parts(Role.RANKER).size();
        if (rankers != 1) {
            return List.of("rankers=" + rankers + ", there must be one");
        }
        try {
            var _ = values(bundle);
            return StagedSpaces.against(bundle);
        } catch (RankingException | TrainingException refused) {
            return List.of(String.valueOf(refused.getMessage()));
        }
    }

    private static Optional<ValueModel> values(Bundle bundle) {
        if (bundle.manifest().parts(Role.VALUE_MODEL).isEmpty()) {
            return Optional.empty();
        }
        List<String> heads = bundle.ranker(Kernels.ofThisMachine()).headNames();
        return Optional.of(bundle.valueModel(ValueNames.with(heads)));
    }

    /// The folder of this bundle's model; the same bytes whenever it is asked for.
    ///
    /// @param space what its candidates are searched in, when it has one of its own
    Path folderOf(Bundle bundle, Optional<SpaceNote> space) {
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
                Optional<ValueModel> values = values(bundle);
                if (values.isPresent()) {
                    ModelFolder.save(half, values.get());
                }
                if (space.isPresent()) {
                    space.get().write(half);
                }
                Files.move(half, whole, StandardCopyOption.ATOMIC_MOVE);
            }
            return whole;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static Path ranker(Bundle bundle) {
        Manifest.Part part = bundle.manifest().parts(Role.RANKER).getFirst();
        return bundle.path(Role.RANKER, part.name());
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
