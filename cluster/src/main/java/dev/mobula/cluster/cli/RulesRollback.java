package dev.mobula.cluster.cli;

import dev.mobula.training.safety.RuleShelf;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `safety rules rollback`: one step back.
@Command(
        name = "rollback",
        description = "Let the rules act that did before those that do; none, after the first.")
final class RulesRollback implements Callable<Integer> {
    private final Console console;
    private final Path usualShelf;

    @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why; kept.")
    private String note = "";

    @Option(
            names = "--shelf",
            paramLabel = "FOLDER",
            description = "The versions of the rules (MOBULA_HOME/rules).")
    private @Nullable Path shelf;

    RulesRollback(Console console, Path usualShelf) {
        this.console = console;
        this.usualShelf = usualShelf;
    }

    @Override
    public Integer call() {
        int number =
                RuleShelf.open(shelf == null ? usualShelf : shelf, InstantSource.system())
                        .rollback(note);
        console.say(number == 0 ? "no rules act" : "version " + number + ": acting again");
        return 0;
    }
}
