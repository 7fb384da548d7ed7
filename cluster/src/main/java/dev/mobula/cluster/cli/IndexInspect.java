package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.frozen.FrozenIndex;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `index inspect`: what an index file holds.
@Command(name = "inspect", description = "Say what an index file and its attributes hold.")
final class IndexInspect implements Callable<Integer> {
    private static final int DISTINCT_COUNTED_MAX = 10_000;

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
                            .row("links a row", index.linksPerRow())
                            .row("position", index.position())
                            .row("bytes", index.bytes())
                            .row("bytes of attributes", index.attributeBytes());
            console.say(table.text());
            if (!index.schema().columns().isEmpty()) {
                console.say(attributes(index).text());
            }
        }
        return 0;
    }

    private static Table attributes(FrozenIndex index) {
        Table table = Table.of("attribute", "least", "greatest", "distinct", "not 0");
        List<String> columns = index.schema().columns();
        for (int column = 0; column < columns.size(); column++) {
            long least = index.count() == 0 ? 0 : Long.MAX_VALUE;
            long greatest = index.count() == 0 ? 0 : Long.MIN_VALUE;
            long set = 0;
            Set<Long> distinct = new HashSet<>();
            for (int row = 0; row < index.count(); row++) {
                long value = index.value(column, row);
                least = Math.min(least, value);
                greatest = Math.max(greatest, value);
                set += value == 0 ? 0 : 1;
                if (distinct.size() <= DISTINCT_COUNTED_MAX) {
                    distinct.add(value);
                }
            }
            String count =
                    distinct.size() > DISTINCT_COUNTED_MAX
                            ? "more than " + DISTINCT_COUNTED_MAX
                            : Integer.toString(distinct.size());
            table.row(columns.get(column), least, greatest, count, set);
        }
        return table;
    }
}
