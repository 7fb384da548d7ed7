package dev.mobula.training.bundle;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mobula.training.TrainingException;
import dev.mobula.training.TrainingException.Code;
import dev.mobula.training.durable.DurableFile;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// Everything about a bundle but its files' content: of that, length and digest. Its own digest is the bundle's id.
public record Manifest(
        int format, String name, List<Part> parts, Lineage lineage, Evidence evidence) {
    static final int FORMAT = 1;
    static final int FILES_MAX = 10_000;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final JsonMapper JSON =
            JsonMapper.builder()
                    .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                    .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();

    /// One file: its path below the part's folder.
    public record FileEntry(String path, long bytes, String sha256) {}

    /// Files that are for one thing, in the folder `role/name`.
    public record Part(Role role, String name, List<FileEntry> files) {
        public Part {
            files = List.copyOf(files);
            requireName("part", name);
            if (files.isEmpty()) {
                throw TrainingException.invalid("part " + name, "no files", "must have one");
            }
        }

        /// Where the part lies in the bundle.
        public String folder() {
            return role.name().toLowerCase(Locale.ROOT).replace('_', '-') + "/" + name;
        }

        public long bytes() {
            return files.stream().mapToLong(FileEntry::bytes).sum();
        }
    }

    public Manifest {
        parts = List.copyOf(parts);
        requireName("bundle", name);
        if (format != FORMAT) {
            throw TrainingException.invalid("format", format, "must be " + FORMAT);
        }
        TreeSet<String> folders = new TreeSet<>();
        for (Part part : parts) {
            if (!folders.add(part.folder())) {
                throw TrainingException.invalid("part", part.folder(), "is there twice");
            }
        }
        long files = parts.stream().mapToLong(part -> part.files().size()).sum();
        if (files < 1 || files > FILES_MAX) {
            throw TrainingException.invalid("files", files, "must be 1 to " + FILES_MAX);
        }
    }

    static void requireName(String what, String name) {
        if (!NAME.matcher(name).matches()) {
            throw TrainingException.invalid(
                    what + " name",
                    '"' + name + '"',
                    "must be 1 to 64 letters, digits, dots, dashes or underscores");
        }
    }

    /// The same content always gives the same bytes.
    byte[] toBytes() {
        try {
            return JSON.writeValueAsString(this).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a manifest has JSON", e);
        }
    }

    static Manifest parse(String file, byte[] bytes) {
        try {
            return JSON.readValue(new String(bytes, StandardCharsets.UTF_8), Manifest.class);
        } catch (JsonProcessingException e) {
            throw new TrainingException(Code.CORRUPT, file + ": " + e.getOriginalMessage(), e);
        }
    }

    String id() {
        return DurableFile.sha256(toBytes());
    }

    public long bytes() {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    public Optional<Part> part(Role role, String partName) {
        return parts.stream()
                .filter(part -> part.role() == role && part.name().equals(partName))
                .findFirst();
    }

    /// All parts of a role.
    public List<Part> parts(Role role) {
        return parts.stream().filter(part -> part.role() == role).toList();
    }
}
