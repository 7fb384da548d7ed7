package dev.mobula.training.checkpoint;

import dev.mobula.ranking.model.LayerGraph;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// A hash of the classes that compute: those of training and of ranking, as jars or as folders.
public final class CodeHash {
    private static final String UNKNOWN = "unknown";

    private CodeHash() {}

    /// The hash of what runs now, or "unknown" where classes come from nowhere that can be read.
    public static String ofThisProcess() {
        MessageDigest digest = FileWriting.sha256();
        for (Class<?> witness : List.of(CodeHash.class, LayerGraph.class)) {
            CodeSource source = witness.getProtectionDomain().getCodeSource();
            if (source == null) {
                return UNKNOWN;
            }
            try (Stream<Path> files = Files.walk(Path.of(source.getLocation().toURI()))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    digest.update(Files.readAllBytes(file));
                }
            } catch (IOException | URISyntaxException unreadable) {
                return UNKNOWN;
            }
        }
        return HexFormat.of().formatHex(digest.digest()).substring(0, 16);
    }
}
