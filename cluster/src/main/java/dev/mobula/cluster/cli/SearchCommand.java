package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.filters.Filter;
import dev.mobula.retrieval.filters.TextCode;
import dev.mobula.retrieval.frozen.AcceptedRows;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.FrozenSearcher;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `search`: the nearest vectors of an index file.
@Command(name = "search", description = "Find the nearest vectors in an index file.")
final class SearchCommand implements Callable<Integer> {
    private static final int RESULTS_MAX = 10_000;

    private final Console console;

    @Parameters(index = "0", paramLabel = "INDEX", description = "The index file.")
    private Path file = Path.of("");

    @Option(names = "--id", paramLabel = "ID", description = "Search near this vector of the file.")
    private @Nullable Long id;

    @Option(
            names = "--vector",
            paramLabel = "X,Y,...",
            split = ",",
            description = "Search near these values.")
    private List<Float> vector = List.of();

    @Option(
            names = "--where",
            paramLabel = "CONDITION",
            description = {
                "Find only what meets this; given more than once, all of them.",
                Condition.SYNTAX
            },
            converter = SystemCondition.class)
    private List<Filter> where = List.of();

    @Option(
            names = "--texts",
            paramLabel = "NAME,...",
            split = ",",
            description = "Attributes to show as the short texts they stand for.")
    private List<String> texts = List.of();

    @Option(names = "--k", defaultValue = "10", description = "How many (10).")
    private int k;

    @Option(names = "--ef", defaultValue = "100", description = "Width of the search (100).")
    private int ef;

    SearchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if ((id == null) == vector.isEmpty()) {
            throw new CommandFailure("one of --id and --vector says what to search near");
        }
        if (k < 1 || k > RESULTS_MAX || ef < 1) {
            throw new CommandFailure(
                    "--k " + k + " --ef " + ef + ": --k 1.." + RESULTS_MAX + ", --ef 1 or more");
        }
        try (FrozenIndex index = FrozenIndex.open(file)) {
            texts.forEach(index.schema()::column);
            FrozenSearcher searcher = index.searcher(System::nanoTime);
            float[] query = searcher.prepared(query(index));
            AcceptedRows accepted = AcceptedRows.of(index, Condition.all(where), row -> true);
            int found =
                    where.isEmpty()
                            ? searcher.search(query, k, ef, FrozenSearcher.NO_DEADLINE)
                            : searcher.search(query, k, ef, accepted, FrozenSearcher.NO_DEADLINE);
            console.say(table(index, searcher, found).text());
        }
        return 0;
    }

    private Table table(FrozenIndex index, FrozenSearcher searcher, int found) {
        List<String> columns = index.schema().columns();
        Table table =
                Table.of(
                        Stream.concat(Stream.of("id", "score"), columns.stream())
                                .toArray(String[]::new));
        for (int i = 0; i < found; i++) {
            int row = searcher.row(i);
            List<Object> cells = new ArrayList<>(List.of(index.id(row), searcher.score(i)));
            for (int column = 0; column < columns.size(); column++) {
                long value = index.value(column, row);
                cells.add(texts.contains(columns.get(column)) ? TextCode.text(value) : value);
            }
            table.row(cells.toArray());
        }
        return table;
    }

    /// Conditions that read this machine's clock.
    static final class SystemCondition implements ITypeConverter<Filter> {
        @Override
        public Filter convert(String typed) {
            return new Condition(InstantSource.system()).convert(typed);
        }
    }

    private float[] query(FrozenIndex index) {
        float[] query = new float[vector.size()];
        for (int i = 0; i < query.length; i++) {
            query[i] = vector.get(i);
        }
        return id == null ? query : stored(index, id);
    }

    private float[] stored(FrozenIndex index, long wanted) {
        int row =
                index.row(wanted)
                        .orElseThrow(
                                () -> new CommandFailure("--id " + wanted + ": is not in " + file));
        float[] padded = new float[(index.dimension() + 15) & -16];
        index.vector(row, padded);
        return Arrays.copyOf(padded, index.dimension());
    }
}
