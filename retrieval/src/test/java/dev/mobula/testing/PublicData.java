package dev.mobula.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/// Where the public data sets lie: in `shared/datasets`, next to the project or above it.
public final class PublicData {
    private PublicData() {}

    /// The file or folder of this name; without it the test is skipped.
    public static Path require(String name) {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path found = folder.resolve("shared").resolve("datasets").resolve(name);
            if (Files.exists(found)) {
                return found;
            }
            folder = folder.getParent();
        }
        assumeTrue(false, "shared/datasets/" + name + " is not here");
        throw new IllegalStateException(name);
    }
}
