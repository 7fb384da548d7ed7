package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.safety.RuleShelf;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `safety rules list`: the versions, and what became of them.
@Command(name = "list", description = "Show the versions of the rules, and what became of them.")
final class RulesList implements Callable<Integer> {
    private final Console console;
    @Mixin private final ShelfOption shelf;

    RulesList(Console console, Path usualShelf) {
        this.console = console;
        shelf = new ShelfOption(usualShelf);
    }

    @Override
    public Integer call() {
        RuleShelf.State state = shelf.open().state();
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
