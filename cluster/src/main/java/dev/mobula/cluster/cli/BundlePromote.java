package dev.mobula.cluster.cli;

import dev.mobula.training.bundle.BundleStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `bundle promote`: moves the pointer to a bundle that passes the gates.
@Command(
        name = "promote",
        description = "Verify a bundle, ask the store's gates and make it the promoted one.",
        footer = "%nExit code: 1 when a gate blocks it.")
final class BundlePromote implements Callable<Integer> {
    private final Console console;
    private final Path home;

    @Parameters(index = "0", paramLabel = "BUNDLE", description = "The bundle.")
    private String bundle = "";

    @Option(
            names = "--override",
            paramLabel = "REASON",
            defaultValue = "",
            description = "Promote it whatever the gates say; the reason is kept.")
    private String override = "";

    @Mixin private StoreOption store = new StoreOption();

    BundlePromote(Console console, Path home) {
        this.console = console;
        this.home = home;
    }

    @Override
    public Integer call() {
        BundleStore opened = store.open(home);
        String id = opened.resolve(bundle);
        try (ShareBar bar = new ShareBar(console, "verify")) {
            BundleStore.Promotion result =
                    opened.promote(
                            id,
                            override,
                            (done, total) -> bar.at((double) done / Math.max(1, total)));
            return switch (result) {
                case BundleStore.Promotion.Done _ -> {
                    console.say(id + ": promoted");
                    yield 0;
                }
                case BundleStore.Promotion.Blocked(String _, List<String> reasons) -> {
                    console.note(id + " is blocked:");
                    reasons.forEach(reason -> console.note("  " + reason));
                    yield 1;
                }
            };
        }
    }
}
