package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.safety.RuleShelf;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `safety rules list`: the versions, and what became of them.
@Command(name = "list", description = "Show the versions of the rules, and what became of them.")
final class RulesList implements Callable<Integer> {
    private final Console console;
    private final Path usualShelf;

    @Option(
            names = "--shelf",
            paramLabel = "FOLDER",
            description = "The versions of the rules (MOBULA_HOME/rules).")
    private @Nullable Path shelf;

    RulesList(Console console, Path usualShelf) {
        this.console = console;
        this.usualShelf = usualShelf;
    }

    @Override
    public Integer call() {
        RuleShelf.State state =
                RuleShelf.open(shelf == null ? usualShelf : shelf, InstantSource.system()).state();
        Table versions = Table.of("version", "since", "digest", "back-tested", "stopped", "is");
        for (RuleShelf.Version one : state.versions()) {
            String is = one.number() == state.shadow() ? "in the shadow" : "-";
            versions.row(
                    one.number(),
                    Instant.ofEpochMilli(one.atMillis()),
                    one.digest().substring(0, 12),
                    one.tested(),
                    one.stopped(),
                    one.number() == state.active() ? "acting" : is);
        }
        console.say(versions.text());
        Table turns = Table.of("when", "what", "version", "note");
        for (RuleShelf.Turn turn : state.turns()) {
            turns.row(
                    Instant.ofEpochMilli(turn.atMillis()),
                    turn.what(),
                    turn.number(),
                    RuleReplay.orDash(turn.note()));
        }
        console.say(turns.text());
        return 0;
    }
}
