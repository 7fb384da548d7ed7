package dev.mobula.ranking.model;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/// `SHA256SUMS` of a folder, in the format of `sha256sum`.
public final class Digests {
    public static final String FILE = "SHA256SUMS";

    private static final String SEPARATOR = "  ";

    private Digests() {}

    /// Writes the digests of those files that exist.
    public static void write(Path folder, List<String> files) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String file : files) {
            if (Files.exists(folder.resolve(file))) {
                lines.append(digest(folder.resolve(file))).append(SEPARATOR).append(file);
                lines.append('\n');
            }
        }
        Path half = folder.resolve(FILE + ".half");
        Files.writeString(half, lines.toString());
        Files.move(half, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
    }

    /// Refuses a folder that is not whole, naming the file that differs, is missing, or has no digest.
    public static void verify(Path folder, List<String> files) throws IOException {
        if (!Files.exists(folder.resolve(FILE))) {
            throw corrupt(folder, "has no " + FILE + ": it is not whole, or not a model");
        }
        Map<String, String> expected = new HashMap<>();
        for (String line : Files.readAllLines(folder.resolve(FILE))) {
            String[] parts = line.split(" [ *]", 2);
            if (parts.length != 2) {
                throw corrupt(folder, FILE + " has the line '" + line + "'");
            }
            expected.put(parts[1], parts[0]);
        }
        for (String file : files) {
            boolean exists = Files.exists(folder.resolve(file));
            String digest = expected.get(file);
            if (exists && digest == null) {
                throw corrupt(folder, file + " is not in " + FILE);
            }
            if (!exists && digest != null) {
                throw corrupt(folder, file + " is missing");
            }
            if (exists && !digest(folder.resolve(file)).equals(digest)) {
                throw corrupt(folder, file + " is not the file that was written");
            }
        }
    }

    private static String digest(Path file) throws IOException {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(Files.readAllBytes(file)));
        } catch (NoSuchAlgorithmException cause) {
            throw new IllegalStateException("every JDK has SHA-256", cause);
        }
    }

    private static RankingException corrupt(Path folder, String what) {
        return new RankingException(Code.CORRUPT_FILE, "model folder " + folder + ": " + what);
    }
}
