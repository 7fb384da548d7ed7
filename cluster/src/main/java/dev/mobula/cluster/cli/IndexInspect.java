package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.frozen.FrozenIndex;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `index inspect`: what an index file holds.
@Command(name = "inspect", description = "Say what an index file holds.")
final class IndexInspect implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "INDEX", description = "The index file.")
    private Path file = Path.of("");

    IndexInspect(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        try (FrozenIndex index = FrozenIndex.open(file)) {
            Table table =
                    Table.of("what", "value")
                            .row("vectors", index.count())
                            .row("dimension", index.dimension())
                            .row("metric", index.metric())
                            .row("attributes", index.schema().columns())
                            .row("links a row", index.linksPerRow())
                            .row("position", index.position())
                            .row("bytes", index.bytes())
                            .row("bytes of attributes", index.attributeBytes());
            console.say(table.text());
        }
        return 0;
    }
}
