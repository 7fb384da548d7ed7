package dev.mobula.cluster.gateway;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The keys of a gateway in a file that its owner alone may read and write.
public final class KeyFile {
    /// The most keys a file may hold.
    public static final int KEYS_MAX = 10_000;

    private static final long FILE_BYTES_MAX = 8 << 20;
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);

    private final Path file;

    public KeyFile(Path file) {
        this.file = file;
    }

    private record Written(
            String name, String sha256, List<String> scopes, @Nullable Integer requestsPerSecond) {
        @JsonCreator
        Written(
                @JsonProperty(value = "name", required = true) String name,
                @JsonProperty(value = "sha256", required = true) String sha256,
                @JsonProperty(value = "scopes", required = true) List<String> scopes,
                @JsonProperty("requestsPerSecond") @Nullable Integer requestsPerSecond) {
            this.name = name;
            this.sha256 = sha256;
            this.scopes = scopes;
            this.requestsPerSecond = requestsPerSecond;
        }

        static Written of(Key key) {
            return new Written(
                    key.name(),
                    key.sha256(),
                    key.scopes().stream().map(Scope::label).toList(),
                    key.requestsPerSecond());
        }

        Key key() {
            return new Key(
                    name,
                    sha256,
                    scopes.stream().map(Scope::of).collect(Collectors.toUnmodifiableSet()),
                    requestsPerSecond == null
                            ? Key.DEFAULT_REQUESTS_PER_SECOND
                            : requestsPerSecond);
        }
    }

    /// The keys in the file, in its order.
    public List<Key> read() throws IOException {
        if (Files.size(file) > FILE_BYTES_MAX) {
            throw new IOException(file + " is larger than " + FILE_BYTES_MAX + " bytes");
        }
        List<Key> keys = new ArrayList<>();
        try {
            for (Written written : JSON.readValue(file.toFile(), Written[].class)) {
                keys.add(written.key());
            }
        } catch (JsonProcessingException | IllegalArgumentException bad) {
            throw new IOException(file + " is not a file of keys: " + bad.getMessage(), bad);
        }
        check(keys);
        return List.copyOf(keys);
    }

    private void check(List<Key> keys) throws IOException {
        if (keys.size() > KEYS_MAX) {
            throw new IOException(file + " holds " + keys.size() + " keys, limit " + KEYS_MAX);
        }
        Set<String> names = new HashSet<>();
        for (Key key : keys) {
            if (!names.add(key.name())) {
                throw new IOException(file + " names the key " + key.name() + " twice");
            }
        }
    }

    /// Replaces the file in one step: a reader sees the old keys or the new.
    public void write(List<Key> keys) throws IOException {
        check(keys);
        Path folder = file.toAbsolutePath().getParent();
        Path fresh =
                Files.createTempFile(
                        folder,
                        file.getFileName().toString(),
                        ".new",
                        PosixFilePermissions.asFileAttribute(
                                PosixFilePermissions.fromString("rw-------")));
        try {
            Files.write(fresh, JSON.writeValueAsBytes(keys.stream().map(Written::of).toList()));
            try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /// Where it lies.
    public Path path() {
        return file;
    }
}
