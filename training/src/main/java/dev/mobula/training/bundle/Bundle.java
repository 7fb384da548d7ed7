package dev.mobula.training.bundle;

import dev.mobula.ranking.calibration.Calibrators;
import dev.mobula.ranking.features.FeatureSchema;
import dev.mobula.ranking.model.ModelFolder;
import dev.mobula.ranking.model.RankingModel;
import dev.mobula.ranking.model.kernels.Kernels;
import dev.mobula.ranking.value.ValueModel;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// A bundle on disk whose every byte was compared with its manifest, and the manifest with its id.
public final class Bundle {
    static final String MANIFEST = "manifest.json";

    private final Path folder;
    private final String id;
    private final Manifest manifest;

    private Bundle(Path folder, String id, Manifest manifest) {
        this.folder = folder;
        this.id = id;
        this.manifest = manifest;
    }

    /// Told how many bytes were compared.
    @FunctionalInterface
    public interface Checked {
        void bytes(long done, long total);
    }

    /// Reads the manifest alone and compares it with the folder's name.
    static Manifest describe(Path folder) {
        Path file = folder.resolve(MANIFEST);
        String id = folder.getFileName().toString();
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (!DurableFile.sha256(bytes).equals(id)) {
                throw new TrainingException(
                        Code.CORRUPT, file + " is damaged: its digest is not the bundle's id");
            }
            return Manifest.parse(file.toString(), bytes);
        } catch (NoSuchFileException e) {
            throw new TrainingException(Code.NOT_FOUND, file + ": no such file", e);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    /// Opens a bundle after comparing every file.
    static Bundle load(Path folder, Checked progress) {
        Manifest manifest = describe(folder);
        Set<String> known = new TreeSet<>(Set.of(MANIFEST));
        long done = 0;
        for (Manifest.Part part : manifest.parts()) {
            for (Manifest.FileEntry entry : part.files()) {
                String path = part.folder() + "/" + entry.path();
                check(folder.resolve(path), entry);
                known.add(path);
                done += entry.bytes();
                progress.bytes(done, manifest.bytes());
            }
        }
        refuseUnknown(folder, known);
        return new Bundle(folder, folder.getFileName().toString(), manifest);
    }

    private static void check(Path file, Manifest.FileEntry entry) {
        try {
            if (!Files.isRegularFile(file)) {
                throw new TrainingException(Code.CORRUPT, file + " is missing from its bundle");
            }
            if (Files.size(file) != entry.bytes()) {
                throw new TrainingException(
                        Code.CORRUPT,
                        file
                                + " has "
                                + Files.size(file)
                                + " bytes, its bundle says "
                                + entry.bytes());
            }
            if (!DurableFile.sha256(file).equals(entry.sha256())) {
                throw new TrainingException(
                        Code.CORRUPT, file + " is damaged: its digest is not the bundle's");
            }
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    private static void refuseUnknown(Path folder, Set<String> known) {
        try (Stream<Path> all = Files.walk(folder)) {
            Optional<Path> unknown =
                    all.filter(Files::isRegularFile)
                            .filter(file -> !known.contains(folder.relativize(file).toString()))
                            .findFirst();
            if (unknown.isPresent()) {
                throw new TrainingException(
                        Code.CORRUPT, unknown.get() + " is not a part of its bundle");
            }
        } catch (IOException e) {
            throw new TrainingException(Code.IO, folder + ": " + e, e);
        }
    }

    public String id() {
        return id;
    }

    public Path folder() {
        return folder;
    }

    public Manifest manifest() {
        return manifest;
    }

    /// Where a part lies: its folder.
    public Path path(Role role, String name) {
        return manifest.part(role, name)
                .map(part -> folder.resolve(part.folder()))
                .orElseThrow(
                        () ->
                                new TrainingException(
                                        Code.NOT_FOUND,
                                        "bundle "
                                                + id
                                                + " has no "
                                                + role
                                                + " '"
                                                + name
                                                + "'; it has "
                                                + manifest.parts().stream()
                                                        .map(Manifest.Part::folder)
                                                        .toList()));
    }

    /// The only part of a role, or a refusal.
    private Path only(Role role) {
        List<Manifest.Part> parts = manifest.parts(role);
        if (parts.size() != 1) {
            throw new TrainingException(
                    Code.NOT_FOUND,
                    "bundle " + id + " has " + parts.size() + " parts of role " + role);
        }
        return folder.resolve(parts.getFirst().folder());
    }

    private String text(Role role) {
        Path part = only(role);
        Path file = part.resolve(manifest.parts(role).getFirst().files().getFirst().path());
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    public FeatureSchema featureSchema() {
        return FeatureSchema.parse(text(Role.FEATURE_SCHEMA));
    }

    public Calibrators calibrators() {
        return Calibrators.parse(text(Role.CALIBRATORS));
    }

    public ValueModel valueModel(List<String> heads) {
        return ValueModel.parse(text(Role.VALUE_MODEL), heads);
    }

    public RankingModel ranker(Kernels kernels) {
        Path part = only(Role.RANKER);
        try {
            return ModelFolder.load(part, kernels);
        } catch (IOException e) {
            throw new TrainingException(Code.IO, part + ": " + e, e);
        }
    }
}
