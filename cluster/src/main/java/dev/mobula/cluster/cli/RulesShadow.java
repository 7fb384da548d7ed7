package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.safety.BackTest;
import dev.mobula.training.safety.RuleShelf;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `safety rules shadow`: rules judged beside those that act.
@Command(
        name = "shadow",
        description = {
            "Put rules into the shadow of those that act, and show what either would have done with the same events.",
            "Rules in the shadow never do anything."
        })
final class RulesShadow implements Callable<Integer> {
    private final Console console;

    @Option(names = "--note", paramLabel = "TEXT", defaultValue = "", description = "Why; kept.")
    private String note = "";

    @Mixin private final ShelfOption shelf;

    @Mixin private RuleReplay replay = new RuleReplay();

    RulesShadow(Console console, Path usualShelf) {
        this.console = console;
        shelf = new ShelfOption(usualShelf);
    }

    @Override
    public Integer call() throws IOException {
        String source = replay.source();
        RuleShelf versions = shelf.open();
        Optional<RuleShelf.Stored> active = versions.active();
        BackTest.Found shadow = replay.run(console, source).found();
        RuleShelf.Version version = versions.shadow(source, note);
        versions.tested(source, shadow.events(), RulesBacktest.stopped(shadow));
        Table table = Table.of("", "events", "flagged", "rules", "stopped themselves");
        row(table, "shadow, version " + version.number(), shadow);
        if (active.isPresent()) {
            BackTest.Found acting = replay.run(console, active.get().source()).found();
            row(table, "acting, version " + active.get().version().number(), acting);
        }
        console.say(table.text());
        console.say(RuleReplay.told(shadow).text());
        return 0;
    }

    private static void row(Table table, String what, BackTest.Found found) {
        table.row(
                what,
                found.events(),
                found.flagged(),
                found.rules().size(),
                RulesBacktest.stopped(found).size());
    }
}
