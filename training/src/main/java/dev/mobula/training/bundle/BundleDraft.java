package dev.mobula.training.bundle;

import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.durable.DurableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/// A bundle that is being put together from files that lie somewhere else.
public final class BundleDraft {
    private final String name;
    private final Lineage lineage;
    private final Evidence evidence;
    private final List<Manifest.Part> parts = new ArrayList<>();
    private final Map<String, Path> sources = new TreeMap<>();

    public BundleDraft(String name, Lineage lineage, Evidence evidence) {
        Manifest.requireName("bundle", name);
        this.name = name;
        this.lineage = lineage;
        this.evidence = evidence;
    }

    /// Adds a file, or a folder with all files in it, as a part.
    public BundleDraft add(Role role, String partName, Path source) {
        List<Manifest.FileEntry> entries = new ArrayList<>();
        Map<String, Path> files = files(source);
        files.forEach((path, file) -> entries.add(entry(path, file)));
        Manifest.Part part = new Manifest.Part(role, partName, entries);
        parts.add(part);
        files.forEach((path, file) -> sources.put(part.folder() + "/" + path, file));
        return this;
    }

    private static Map<String, Path> files(Path source) {
        Map<String, Path> files = new TreeMap<>();
        if (Files.isRegularFile(source)) {
            files.put(source.getFileName().toString(), source);
            return files;
        }
        try (Stream<Path> all = Files.walk(source)) {
            all.filter(Files::isRegularFile)
                    .limit(Manifest.FILES_MAX + 1L)
                    .forEach(file -> files.put(source.relativize(file).toString(), file));
        } catch (IOException e) {
            throw new TrainingException(Code.NOT_FOUND, source + ": " + e, e);
        }
        return files;
    }

    private static Manifest.FileEntry entry(String path, Path file) {
        try {
            return new Manifest.FileEntry(path, Files.size(file), DurableFile.sha256(file));
        } catch (IOException e) {
            throw new TrainingException(Code.IO, file + ": " + e, e);
        }
    }

    Manifest manifest() {
        List<Manifest.Part> sorted = new ArrayList<>(parts);
        sorted.sort(Comparator.comparing(Manifest.Part::folder));
        return new Manifest(Manifest.FORMAT, name, sorted, lineage, evidence);
    }

    /// The files by their path in the bundle.
    Map<String, Path> sources() {
        return sources;
    }
}
