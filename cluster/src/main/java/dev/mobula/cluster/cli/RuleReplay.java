package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.safety.rules.RuleSet;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.safety.BackTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// Rules and the events that are replayed through them, as options.
final class RuleReplay {
    private static final long RULES_BYTES_MAX = 4 << 20;

    @Parameters(index = "0", paramLabel = "RULES", description = "The file of rules.")
    Path rules = Path.of("");

    @Parameters(
            index = "1",
            paramLabel = "EVENTS",
            description = "A table of events in order of time: CSV, TSV, JSONL, Arrow or Parquet.")
    private Path events = Path.of("");

    @Option(
            names = "--time",
            paramLabel = "COLUMN",
            defaultValue = "time",
            description = "Milliseconds since 1970, or an instant (time).")
    private String time = "";

    @Option(
            names = "--label",
            paramLabel = "COLUMN",
            defaultValue = "",
            description =
                    "A number or flag, above 0 for what should be found; missing where nobody knows.")
    private String label = "";

    @Option(
            names = "--weight",
            paramLabel = "COLUMN",
            defaultValue = "",
            description =
                    "How many events a labelled one stands for: one over the labelled share of its stratum.")
    private String weight = "";

    @Option(
            names = "--subject",
            paramLabel = "COLUMN",
            defaultValue = "",
            description =
                    "Whom an event is about, such as its author: how many a rule would touch.")
    private String subject = "";

    @Mixin private TableOptions table = new TableOptions();

    /// The rules as they are written.
    String source() throws IOException {
        return source(rules);
    }

    static String source(Path rules) throws IOException {
        if (!Files.isRegularFile(rules)) {
            throw new CommandFailure("RULES " + rules + ": no such file");
        }
        if (Files.size(rules) > RULES_BYTES_MAX) {
            throw new CommandFailure(
                    "RULES " + rules + ": must be at most " + RULES_BYTES_MAX + " bytes");
        }
        return Files.readString(rules);
    }

    /// A replay and the rules that were in it.
    record Replayed(RuleSet rules, BackTest.Found found) {}

    /// Checks rules against the fields of the events, and replays these.
    Replayed run(Console console, String source) {
        Rejects rejects = table.rejects();
        try (TableReader reader = table.open(events, rejects)) {
            BackTest test =
                    new BackTest(
                            reader.schema(), new BackTest.Columns(time, label, weight, subject));
            RuleSet parsed = RuleSet.parse(source, test.fields());
            try (ShareBar bar = new ShareBar(console, "replay")) {
                BackTest.Found found = test.run(parsed, reader, bar::at);
                TableOptions.tell(console, rejects);
                return new Replayed(parsed, found);
            }
        }
    }

    /// Reads and checks rules without replaying anything.
    RuleSet check(String source) {
        try (TableReader reader = table.open(events, table.rejects())) {
            BackTest test =
                    new BackTest(
                            reader.schema(), new BackTest.Columns(time, label, weight, subject));
            return RuleSet.parse(source, test.fields());
        }
    }

    static String summary(BackTest.Found found) {
        return String.format(
                Locale.ROOT,
                "%d events, %d with a label, %d flagged (%.2f %%)",
                found.events(),
                found.labelled(),
                found.flagged(),
                100.0 * found.flagged() / Math.max(1, found.events()));
    }

    static Table told(BackTest.Found found) {
        Table told =
                Table.of(
                        "rule",
                        "held",
                        "acted",
                        "alone",
                        "subjects",
                        "most often with",
                        "precision",
                        "recall",
                        "stopped itself");
        for (BackTest.Outcome one : found.rules()) {
            told.row(
                    one.rule(),
                    one.held(),
                    one.acted(),
                    one.alone(),
                    one.subjects(),
                    orDash(one.overlap()),
                    share(one.precision()),
                    share(one.recall()),
                    orDash(one.stopped()));
        }
        return told;
    }

    static String orDash(String text) {
        return text.isEmpty() ? "-" : text;
    }

    static String share(BackTest.Share share) {
        return Double.isNaN(share.value())
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.3f (%.3f..%.3f)",
                        share.value(),
                        share.lower(),
                        share.upper());
    }
}
