package dev.mobula.cluster.cli;

import dev.mobula.training.safety.RuleShelf;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `safety rules promote`: lets the rules in the shadow act.
@Command(
        name = "promote",
        description =
                "Let the rules in the shadow act: back-tested, and without one that stopped itself.")
final class RulesPromote implements Callable<Integer> {
    private final Console console;
    private final Path usualShelf;

    @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why; kept.")
    private String note = "";

    @Option(
            names = "--shelf",
            paramLabel = "FOLDER",
            description = "The versions of the rules (MOBULA_HOME/rules).")
    private @Nullable Path shelf;

    RulesPromote(Console console, Path usualShelf) {
        this.console = console;
        this.usualShelf = usualShelf;
    }

    @Override
    public Integer call() {
        RuleShelf.Version version =
                RuleShelf.open(shelf == null ? usualShelf : shelf, InstantSource.system())
                        .promote(note);
        console.say("version " + version.number() + ": acting");
        return 0;
    }
}
