package dev.mobula.cluster.cli;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `bundle rollback`: moves the pointer back.
@Command(
        name = "rollback",
        description = "Make the bundle that was promoted before the promoted one again.")
final class BundleRollback implements Callable<Integer> {
    private final Console console;
    private final Path home;

    @Option(
            names = "--note",
            paramLabel = "TEXT",
            defaultValue = "",
            description = "Why; kept in the history.")
    private String note = "";

    @Mixin private StoreOption store = new StoreOption();

    BundleRollback(Console console, Path home) {
        this.console = console;
        this.home = home;
    }

    @Override
    public Integer call() {
        try (ShareBar bar = new ShareBar(console, "verify")) {
            String id =
                    store.open(home)
                            .rollback(
                                    note,
                                    (done, total) -> bar.at((double) done / Math.max(1, total)));
            console.say(id + ": promoted again");
        }
        return 0;
    }
}
