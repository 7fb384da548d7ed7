package dev.mobula.cluster.cli;

import dev.mobula.training.bundle.Bundle;
import dev.mobula.training.bundle.BundleStore;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `bundle verify`: every byte of bundles against their manifests.
@Command(name = "verify", description = "Compare every byte of bundles with their manifests.")
final class BundleVerify implements Callable<Integer> {
    private final Console console;
    private final Path home;

    @Parameters(
            index = "0..*",
            paramLabel = "BUNDLE",
            description = "The bundles; all of the store unless told.")
    private List<String> bundles = List.of();

    @Mixin private StoreOption store = new StoreOption();

    BundleVerify(Console console, Path home) {
        this.console = console;
        this.home = home;
    }

    @Override
    public Integer call() {
        BundleStore opened = store.open(home);
        List<String> ids =
                bundles.isEmpty()
                        ? opened.list().stream().map(BundleStore.Listed::id).toList()
                        : bundles.stream().map(opened::resolve).toList();
        for (String id : ids) {
            try (ShareBar bar = new ShareBar(console, id.substring(0, 12))) {
                Bundle whole =
                        opened.load(
                                id, (done, total) -> bar.at((double) done / Math.max(1, total)));
                console.say(id + ": intact, " + whole.manifest().bytes() + " bytes");
            }
        }
        return 0;
    }
}
