package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.dataset.ColumnProfile;
import dev.mobula.training.dataset.TableProfile;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `data stats`: what each column of a table is like.
@Command(
        name = "stats",
        description = {
            "Describe every column: missing values, range, mean, quantiles, distinct and most frequent values.",
            "Of texts, bytes and lists the numbers are those of their lengths. One pass and fixed memory, so"
                    + " quantiles (within .4 % of rank), distinct (1.6 %) and counts are close and not exact."
        })
final class DataStats implements Callable<Integer> {
    private static final int TOP_CHARS_MAX = 24;

    private final Console console;

    @Parameters(index = "0", paramLabel = "TABLE", description = "What to describe.")
    private Path source = Path.of("");

    @Option(
            names = "--top",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many of the most frequent values are shown, up to 50 (3).")
    private int top;

    @Mixin private TableOptions table = new TableOptions();

    DataStats(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        TableProfile profile = profile(console, table, source);
        Table text =
                Table.of(
                        "column",
                        "kind",
                        "missing",
                        "min",
                        "p05",
                        "p50",
                        "p95",
                        "max",
                        "mean",
                        "distinct",
                        "most frequent");
        for (ColumnProfile column : profile.columns()) {
            text.row(
                    column.column().name(),
                    column.column().kind().name().toLowerCase(Locale.ROOT),
                    column.missing(),
                    number(column, numbers -> numbers.min()),
                    number(column, numbers -> numbers.quantiles().get(1)),
                    number(column, numbers -> numbers.quantiles().get(3)),
                    number(column, numbers -> numbers.quantiles().get(5)),
                    number(column, numbers -> numbers.max()),
                    number(column, numbers -> numbers.mean()),
                    column.top().isEmpty() ? "-" : column.distinct(),
                    column.top().stream()
                            .limit(top)
                            .map(one -> shown(one.value()) + " (" + one.count() + ")")
                            .collect(Collectors.joining(", ")));
        }
        console.say(profile.rows() + " rows");
        console.say(text.text());
        return 0;
    }

    static TableProfile profile(Console console, TableOptions table, Path source) {
        Rejects rejects = table.rejects();
        try (TableReader reader = table.open(source, rejects);
                ShareBar bar = new ShareBar(console, String.valueOf(source.getFileName()))) {
            TableProfile profile = TableProfile.of(reader, (rows, share) -> bar.at(share));
            TableOptions.tell(console, rejects);
            return profile;
        }
    }

    /// One number of a column's.
    @FunctionalInterface
    private interface Pick {
        double of(ColumnProfile.Numbers numbers);
    }

    private static Object number(ColumnProfile column, Pick pick) {
        return column.numbers().isPresent() ? pick.of(column.numbers().get()) : "-";
    }

    private static String shown(String value) {
        String line = value.replaceAll("\\p{Cntrl}", "·");
        return line.length() > TOP_CHARS_MAX ? line.substring(0, TOP_CHARS_MAX) + "…" : line;
    }
}
