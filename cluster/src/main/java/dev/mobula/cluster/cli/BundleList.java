package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Manifest;
import dev.mobula.training.bundle.Promotions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `bundle list`: what a store holds.
@Command(name = "list", description = "Show the bundles of a store, the newest first.")
final class BundleList implements Callable<Integer> {
    private static final int ID_CHARS = 12;

    private final Console console;
    private final Path home;

    @Option(names = "--history", description = "Show the moves of the pointer as well.")
    private boolean history;

    @Mixin private StoreOption store = new StoreOption();

    BundleList(Console console, Path home) {
        this.console = console;
        this.home = home;
    }

    @Override
    public Integer call() {
        BundleStore opened = store.open(home);
        Table table = Table.of("bundle", "name", "since", "bytes", "parts", "");
        for (BundleStore.Listed one : opened.list()) {
            table.row(
                    one.id().substring(0, ID_CHARS),
                    one.manifest().name(),
                    one.since().toInstant().toString().substring(0, 19),
                    one.manifest().bytes(),
                    one.manifest().parts().stream()
                            .map(Manifest.Part::folder)
                            .collect(Collectors.joining(" ")),
                    one.promoted() ? "promoted" : "");
        }
        console.say(table.text());
        if (history) {
            Table moves = Table.of("when", "move", "bundle", "note");
            for (Promotions.Move move : opened.promotions().history()) {
                moves.row(
                        move.atUtc(), move.action(), move.id().substring(0, ID_CHARS), move.note());
            }
            console.say(moves.text());
        }
        return 0;
    }
}
