package dev.mobula.cluster.cli;

import dev.mobula.training.safety.RuleShelf;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `safety rules promote`: lets the rules in the shadow act.
@Command(
        name = "promote",
        description =
                "Let the rules in the shadow act: back-tested, and without one that stopped itself.")
final class RulesPromote implements Callable<Integer> {
    private final Console console;

    @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why; kept.")
    private String note = "";

    @Mixin private final ShelfOption shelf;

    RulesPromote(Console console, Path usualShelf) {
        this.console = console;
        shelf = new ShelfOption(usualShelf);
    }

    @Override
    public Integer call() {
        RuleShelf.Version version = shelf.open().promote(note);
        console.say("version " + version.number() + ": acting");
        return 0;
    }
}
