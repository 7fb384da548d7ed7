package dev.mobula.cluster.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `safety rules rollback`: one step back.
@Command(
        name = "rollback",
        description = "Let the rules act that did before those that do; none, after the first.")
final class RulesRollback implements Callable<Integer> {
    private final Console console;

    @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why; kept.")
    private String note = "";

    @Mixin private final ShelfOption shelf;

    RulesRollback(Console console, Path usualShelf) {
        this.console = console;
        shelf = new ShelfOption(usualShelf);
    }

    @Override
    public Integer call() {
        int number = shelf.open().rollback(note);
        console.say(number == 0 ? "no rules act" : "version " + number + ": acting again");
        return 0;
    }
}
