package dev.mobula.cluster.local;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.deser.std.FromStringDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.mobula.training.durable.Folders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// The records of the clusters that this machine takes part in: one folder each, below Mobula's home.
final class ClusterFiles {
    private static final String RECORD = "cluster.json";
    private static final int TOKEN_BYTES = 32;

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .registerModule(
                            new SimpleModule()
                                    .addSerializer(Path.class, ToStringSerializer.instance)
                                    .addDeserializer(Path.class, new PathReader()));

    private final Path root;

    ClusterFiles(Path home) {
        root = home.resolve("clusters");
    }

    Path folder(String name) {
        return root.resolve(name);
    }

    List<String> names() {
        if (!Files.isDirectory(root)) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(root)) {
            return folders.filter(folder -> Files.exists(folder.resolve(RECORD)))
                    .map(folder -> folder.getFileName().toString())
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    Optional<ClusterRecord> read(String name) {
        Path file = folder(name).resolve(RECORD);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(
                    JSON.readValue(file.toFile(), new TypeReference<ClusterRecord>() {}));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(file + " is no cluster's record", unreadable);
        }
    }

    void write(ClusterRecord record) {
        Path folder = folder(record.name());
        try {
            Files.createDirectories(folder);
            Path whole = Files.createTempFile(folder, RECORD, ".new");
            JSON.writeValue(whole.toFile(), record);
            Files.move(whole, folder.resolve(RECORD), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + folder.resolve(RECORD), failure);
        }
    }

    /// Makes a token and keeps it.
    Path createToken(String name, RandomGenerator random) {
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        return keepToken(name, HexFormat.of().formatHex(token));
    }

    /// Keeps a token beside the cluster's record, for this user only.
    Path keepToken(String name, String token) {
        Path file = folder(name).resolve("token");
        try {
            Files.createDirectories(file.getParent());
            Files.deleteIfExists(file);
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            return Files.writeString(file, token);
        } catch (IOException failure) {
            throw new UncheckedIOException("cannot write " + file, failure);
        }
    }

    /// Forgets the cluster, and with `state` also what its nodes kept in the default place.
    void forget(String name, boolean state) {
        try {
            Files.deleteIfExists(folder(name).resolve(RECORD));
            Files.deleteIfExists(folder(name).resolve("token"));
            Folders.delete(folder(name).resolve("gcs"));
            if (state) {
                Folders.delete(folder(name));
            }
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static final class PathReader extends FromStringDeserializer<Path> {
        private static final long serialVersionUID = 1L;

        PathReader() {
            super(Path.class);
        }

        @Override
        protected Path _deserialize(
                String value, com.fasterxml.jackson.databind.DeserializationContext context) {
            return Path.of(value);
        }
    }
}
