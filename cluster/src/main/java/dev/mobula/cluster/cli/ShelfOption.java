package dev.mobula.cluster.cli;

import dev.mobula.training.safety.RuleShelf;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Where the versions of rules are kept.
final class ShelfOption {
    private final Path usual;

    @Option(
            names = "--shelf",
            paramLabel = "FOLDER",
            description = "The versions of the rules (MOBULA_HOME/rules).")
    private @Nullable Path shelf;

    ShelfOption(Path usual) {
        this.usual = usual;
    }

    RuleShelf open() {
        return RuleShelf.open(shelf == null ? usual : shelf, InstantSource.system());
    }
}
