package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.bench.BenchContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/// Vectors under a name, with the folder that keeps what was built of them.
record AnnSet(String name, String title, AnnData data, Path folder) {
    private static final String FINGERPRINT = "data.crc";

    /// Finds or makes the folder, and empties it when it was filled from other vectors.
    static AnnSet of(String name, AnnData data, BenchContext context) throws IOException {
        String title = "%s vectors, %d x %d".formatted(name, data.count(), data.dimension());
        Path folder =
                context.prepared()
                        .resolve(
                                "%s-%d-%d-%d"
                                        .formatted(
                                                name,
                                                data.count(),
                                                data.dimension(),
                                                data.queries().length));
        Path mark = folder.resolve(FINGERPRINT);
        String fingerprint = data.fingerprint();
        if (!Files.exists(mark) || !Files.readString(mark).equals(fingerprint)) {
            clear(folder);
            Files.createDirectories(folder);
            Files.writeString(mark, fingerprint);
        }
        return new AnnSet(name, title, data, folder);
    }

    /// Deletes a folder and all in it.
    static void clear(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
