package dev.mobula.cluster.cli;

import dev.mobula.training.bundle.BundleStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Which store of bundles a command speaks of.
final class StoreOption {
    @Option(
            names = "--store",
            paramLabel = "FOLDER",
            description = "The store of bundles (MOBULA_HOME/bundles).")
    private @Nullable Path store;

    /// The folder that was named, or the other one.
    Path folder(Path otherwise) {
        return store == null ? otherwise : store;
    }

    BundleStore open(Path otherwise) {
        Path folder = folder(otherwise);
        if (!Files.isDirectory(folder)) {
            throw new CommandFailure("--store " + folder + ": no such folder");
        }
        return BundleStore.open(folder, Long.MAX_VALUE, InstantSource.system());
    }
}
