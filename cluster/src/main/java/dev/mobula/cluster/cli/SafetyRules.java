package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.safety.rules.RuleSet;
import dev.mobula.training.columns.TableReader;
import dev.mobula.training.columns.TableSchema;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.safety.BackTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `safety rules`: checks rules against the events they are for, and says what they would have done.
@Command(
        name = "rules",
        description = {
            "Check rules, and replay events through them: what they would have flagged, with their counters and limits.",
            "Every column of the table is a field of the event: numbers, and texts."
        },
        footer = {
            "%nA rule:",
            "  rule burst {",
            "    when count(event.author, 1m) > 5 and event.score > 0.8",
            "    then label(\"spam\", 7d), review(\"spam\")",
            "    limit 1000 per day, 5 %%",
            "  }"
        })
final class SafetyRules implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "RULES", description = "The file of rules.")
    private Path rules = Path.of("");

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

    @Option(names = "--check", description = "Only check the rules.")
    private boolean checkOnly;

    @Mixin private TableOptions table = new TableOptions();

    SafetyRules(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Rejects rejects = table.rejects();
        try (TableReader reader = table.open(events, rejects)) {
            TableSchema schema = reader.schema();
            BackTest test = new BackTest(schema, time, label);
            RuleSet parsed = RuleSet.parse(Files.readString(rules), test.fields());
            console.say(
                    parsed.names().size() + " rules, " + parsed.counters() + " counters: all fit");
            if (checkOnly) {
                return 0;
            }
            BackTest.Found found;
            try (ShareBar bar = new ShareBar(console, "replay")) {
                found = test.run(parsed, reader, bar::at);
            }
            TableOptions.tell(console, rejects);
            console.say(
                    found.events()
                            + " events, "
                            + found.labelled()
                            + " with a label, "
                            + found.flagged()
                            + " flagged");
            console.say(told(found).text());
        }
        return 0;
    }

    private static Table told(BackTest.Found found) {
        Table told =
                Table.of("rule", "held", "acted", "alone", "precision", "recall", "stopped itself");
        for (BackTest.Outcome one : found.rules()) {
            told.row(
                    one.rule(),
                    one.held(),
                    one.acted(),
                    one.alone(),
                    share(one.precision()),
                    share(one.recall()),
                    one.stopped().isEmpty() ? "-" : one.stopped());
        }
        return told;
    }

    private static String share(BackTest.Share share) {
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
