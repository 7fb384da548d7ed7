package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.safety.BackTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `safety rules backtest`: what rules would have done.
@Command(
        name = "backtest",
        description = {
            "Replay events through rules, with their counters and limits: what they would have flagged and whom, alone or"
                    + " together, with precision and recall of the labelled events.",
            "A version with these rules notes the back-test.",
            "Exits with 1 when a rule stopped itself: it would have touched more than its limits."
        })
final class RulesBacktest implements Callable<Integer> {
    private static final int SWEEP_MAX = 100;

    private final Console console;

    @Option(
            names = "--sweep",
            paramLabel = "NAME=V1,V2,...",
            defaultValue = "",
            description =
                    "Replay once for each value, written wherever the rules say %%NAME%%: one line each.")
    private String sweep = "";

    @Mixin private final ShelfOption shelf;

    @Mixin private RuleReplay replay = new RuleReplay();

    RulesBacktest(Console console, Path usualShelf) {
        this.console = console;
        shelf = new ShelfOption(usualShelf);
    }

    @Override
    public Integer call() throws IOException {
        String source = replay.source();
        if (!sweep.isEmpty()) {
            return swept(source);
        }
        RuleReplay.Replayed replayed = replay.run(console, source);
        console.say(
                replayed.rules().names().size()
                        + " rules, "
                        + replayed.rules().counters()
                        + " counters");
        console.say(RuleReplay.summary(replayed.found()));
        console.say(RuleReplay.told(replayed.found()).text());
        List<String> stopped = stopped(replayed.found());
        shelf.open().tested(source, replayed.found().events(), stopped);
        if (!stopped.isEmpty()) {
            console.note("stopped themselves: " + stopped);
        }
        return stopped.isEmpty() ? 0 : 1;
    }

    static List<String> stopped(BackTest.Found found) {
        return found.rules().stream()
                .filter(one -> !one.stopped().isEmpty())
                .map(BackTest.Outcome::rule)
                .toList();
    }

    private int swept(String source) {
        int equals = sweep.indexOf('=');
        if (equals < 1 || equals == sweep.length() - 1) {
            throw new CommandFailure("--sweep " + sweep + ": must be NAME=V1,V2,...");
        }
        String mark = "%" + sweep.substring(0, equals) + "%";
        String[] values = sweep.substring(equals + 1).split(",", -1);
        if (!source.contains(mark) || values.length > SWEEP_MAX) {
            throw new CommandFailure(
                    "--sweep "
                            + sweep
                            + ": the rules must say "
                            + mark
                            + ", and at most "
                            + SWEEP_MAX
                            + " values");
        }
        Table table =
                Table.of(
                        sweep.substring(0, equals),
                        "rule",
                        "held",
                        "precision",
                        "recall",
                        "stopped");
        for (String value : values) {
            BackTest.Found found = replay.run(console, source.replace(mark, value)).found();
            for (BackTest.Outcome one : found.rules()) {
                table.row(
                        value,
                        one.rule(),
                        one.held(),
                        RuleReplay.share(one.precision()),
                        RuleReplay.share(one.recall()),
                        RuleReplay.orDash(one.stopped()));
            }
        }
        console.say(table.text());
        return 0;
    }
}
