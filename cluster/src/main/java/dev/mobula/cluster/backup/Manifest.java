package dev.mobula.cluster.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What a backup holds: every file with its size and SHA-256, in the order of their names.
record Manifest(int version, long createdMillis, List<Entry> files) {
    static final String NAME = "manifest.json";

    private static final int VERSION = 1;
    private static final long BYTES_MAX = 256L << 20;
    private static final JsonMapper JSON = new JsonMapper();

    /// One file, by its path in the state.
    record Entry(String path, long bytes, String sha256) {}

    Manifest {
        files = List.copyOf(files);
    }

    static Manifest of(long createdMillis, List<Entry> files) {
        return new Manifest(VERSION, createdMillis, files);
    }

    long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum();
    }

    byte[] text() {
        try {
            return JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(this);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("a manifest has no JSON form", impossible);
        }
    }

    static Manifest read(Path backup) throws IOException {
        Path file = backup.resolve(NAME);
        if (!Files.exists(file)) {
            throw new IOException(backup + " is no backup: it has no " + NAME);
        }
        if (Files.size(file) > BYTES_MAX) {
            throw new IOException(file + " is larger than " + BYTES_MAX + " bytes");
        }
        try {
            Manifest manifest = JSON.readValue(file.toFile(), Manifest.class);
            if (manifest.version() != VERSION) {
                throw new IOException(
                        file + ": version=" + manifest.version() + " is not " + VERSION);
            }
            return manifest;
        } catch (JsonProcessingException damaged) {
            throw new IOException(file + " is damaged: " + damaged.getOriginalMessage(), damaged);
        }
    }
}
