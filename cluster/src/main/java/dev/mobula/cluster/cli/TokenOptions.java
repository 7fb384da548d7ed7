package dev.mobula.cluster.cli;

import dev.mobula.cluster.local.Token;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// The options about a cluster's secret.
final class TokenOptions {
    @Option(
            names = "--token",
            paramLabel = "auto",
            description = "\"auto\" makes a secret that whoever joins must know.")
    private @Nullable String token;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "Read the secret from a file.")
    private @Nullable Path file;

    Token token() {
        if (token == null) {
            return file == null ? new Token.None() : new Token.InFile(file);
        }
        if (file != null) {
            throw new CommandFailure("--token and --token-file exclude each other");
        }
        if (!token.equals("auto")) {
            throw new CommandFailure(
                    "--token "
                            + token.charAt(0)
                            + "…: a secret on the command line is seen by all;"
                            + " put it into a file and use --token-file FILE, or --token auto");
        }
        return new Token.Made();
    }
}
