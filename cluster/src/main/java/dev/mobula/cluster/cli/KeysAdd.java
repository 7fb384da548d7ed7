package dev.mobula.cluster.cli;

import dev.mobula.cluster.gateway.Key;
import dev.mobula.cluster.gateway.KeyFile;
import dev.mobula.cluster.gateway.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `keys add`: a new secret, shown once.
@Command(
        name = "add",
        description = "Add a key to a file, which is made when it is not there, and show it once.",
        footer = "%nThe file keeps only the key's SHA-256: the key cannot be shown again.")
final class KeysAdd implements Callable<Integer> {
    private final Console console;
    private final SecureRandom random;

    @Parameters(index = "0", paramLabel = "FILE", description = "The file of keys.")
    private Path file = Path.of("");

    @Option(
            names = "--name",
            required = true,
            description = "What the key is called, in metrics and here.")
    private String name = "";

    @Option(
            names = "--scopes",
            required = true,
            split = ",",
            paramLabel = "SCOPE",
            description = "What it is for: feed, write, scan, label, review, admin.")
    private Set<String> scopes = Set.of();

    @Option(
            names = "--rate",
            paramLabel = "N",
            defaultValue = "" + Key.DEFAULT_REQUESTS_PER_SECOND,
            description = "How many requests a second it may make (1000).")
    private int rate;

    KeysAdd(Console console, SecureRandom random) {
        this.console = console;
        this.random = random;
    }

    @Override
    public Integer call() throws IOException {
        KeyFile keys = new KeyFile(file);
        List<Key> all = new ArrayList<>(Files.exists(file) ? keys.read() : List.of());
        if (all.stream().anyMatch(key -> key.name().equals(name))) {
            throw new CommandFailure(
                    "--name " + name + ": " + file + " has a key of that name; remove it first");
        }
        String secret = Key.newSecret(random);
        try {
            all.add(
                    new Key(
                            name,
                            Key.hash(secret),
                            scopes.stream().map(Scope::of).collect(Collectors.toUnmodifiableSet()),
                            rate));
        } catch (IllegalArgumentException refused) {
            throw new CommandFailure(String.valueOf(refused.getMessage()));
        }
        keys.write(all);
        console.note("the key " + name + ", shown this once:");
        console.say(secret);
        return 0;
    }
}
