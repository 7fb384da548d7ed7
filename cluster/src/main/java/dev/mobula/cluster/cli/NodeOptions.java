package dev.mobula.cluster.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// The options about a node's size and folders.
final class NodeOptions {
    private static final int TEMP_CHARS_MAX = 28;

    @Option(
            names = "--state",
            paramLabel = "DIR",
            description = "Where nodes keep their state (a folder of the cluster's own).")
    private @Nullable Path state;

    @Option(
            names = "--temp",
            paramLabel = "DIR",
            defaultValue = "/tmp",
            description = "Where nodes make their temp folders, at most 28 characters (/tmp).")
    private Path temp = Path.of("/tmp");

    @Option(
            names = "--object-store",
            paramLabel = "SIZE",
            defaultValue = "200MB",
            converter = ByteSize.class,
            description = "Shared memory of each node (200MB).")
    private long objectStoreBytes;

    void check(CommandSpec spec) {
        if (temp.toAbsolutePath().toString().length() > TEMP_CHARS_MAX) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--temp "
                            + temp
                            + " is longer than "
                            + TEMP_CHARS_MAX
                            + " characters; Ray's sockets need a short one, like /tmp");
        }
        if (objectStoreBytes < 80_000_000) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--object-store " + objectStoreBytes + " bytes is too small: 80MB or more");
        }
    }

    Optional<Path> state() {
        return Optional.ofNullable(state);
    }

    Path temp() {
        return temp;
    }

    long objectStoreBytes() {
        return objectStoreBytes;
    }
}
