package dev.mobula.cluster.cli;

import dev.mobula.cluster.gateway.Key;
import dev.mobula.cluster.gateway.KeyFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `keys remove`: a key counts no more.
@Command(name = "remove", description = "Withdraw a key.")
final class KeysRemove implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "The file of keys.")
    private Path file = Path.of("");

    @Parameters(index = "1", paramLabel = "NAME", description = "The key's name.")
    private String name = "";

    KeysRemove(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        KeyFile keys = new KeyFile(file);
        List<Key> all = keys.read();
        List<Key> left = all.stream().filter(key -> !key.name().equals(name)).toList();
        if (left.size() == all.size()) {
            throw new CommandFailure("NAME " + name + ": " + file + " has no key of that name");
        }
        keys.write(left);
        console.say("removed " + name + "; " + left.size() + " left");
        return 0;
    }
}
