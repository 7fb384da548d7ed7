package dev.mobula.cluster.cli;

import dev.mobula.retrieval.frozen.FrozenIndex;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `index verify`: every byte of an index file against its checksum, every link against the rows.
@Command(name = "verify", description = "Check every byte and every link of an index file.")
final class IndexVerify implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "INDEX", description = "The index file.")
    private Path file = Path.of("");

    IndexVerify(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (FrozenIndex index = FrozenIndex.open(file)) {
            index.verify();
            console.say(
                    file
                            + ": intact, "
                            + index.count()
                            + " vectors with "
                            + index.schema().columns().size()
                            + " attributes");
        }
        return 0;
    }
}
