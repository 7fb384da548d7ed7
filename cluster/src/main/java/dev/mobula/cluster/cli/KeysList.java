package dev.mobula.cluster.cli;

import dev.mobula.cluster.gateway.Key;
import dev.mobula.cluster.gateway.KeyFile;
import dev.mobula.cluster.gateway.Scope;
import dev.mobula.cluster.report.Table;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `keys list`: names, scopes and rates; no secrets, for the file holds none.
@Command(name = "list", description = "Show the names, scopes and rates of a file's keys.")
final class KeysList implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "FILE", description = "The file of keys.")
    private Path file = Path.of("");

    KeysList(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Table table = Table.of("name", "scopes", "requests a second");
        for (Key key : new KeyFile(file).read()) {
            table.row(
                    key.name(),
                    key.scopes().stream().map(Scope::label).collect(Collectors.joining(",")),
                    key.requestsPerSecond());
        }
        console.say(table.text());
        return 0;
    }
}
