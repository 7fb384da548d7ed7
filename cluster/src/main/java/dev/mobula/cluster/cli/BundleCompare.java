package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.bundle.BundleDiff;
import dev.mobula.training.bundle.BundleStore;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `bundle diff`: what differs between two bundles.
@Command(
        name = "diff",
        description = "Show what differs between two bundles: parts, metrics, lineage.")
final class BundleCompare implements Callable<Integer> {
    private final Console console;
    private final Path home;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "A bundle.")
    private String before = "";

    @Parameters(index = "1", paramLabel = "AFTER", description = "Another.")
    private String after = "";

    @Mixin private StoreOption store = new StoreOption();

    BundleCompare(Console console, Path home) {
        this.console = console;
        this.home = home;
    }

    @Override
    public Integer call() {
        BundleStore opened = store.open(home);
        BundleDiff diff =
                BundleDiff.between(
                        opened.describe(opened.resolve(before)),
                        opened.describe(opened.resolve(after)));
        diff.parts().forEach(console::say);
        diff.lineage().forEach(console::say);
        Table metrics = Table.of("metric", "before", "after", "change");
        for (BundleDiff.Metric metric : diff.metrics()) {
            metrics.row(
                    metric.name(),
                    shown(metric.before()),
                    shown(metric.after()),
                    metric.before().isPresent() && metric.after().isPresent()
                            ? metric.after().get() - metric.before().get()
                            : "-");
        }
        if (!metrics.isEmpty()) {
            console.say(metrics.text());
        }
        if (diff.parts().isEmpty() && diff.lineage().isEmpty() && diff.metrics().isEmpty()) {
            console.say("nothing differs");
        }
        return 0;
    }

    private static Object shown(Optional<Double> value) {
        return value.isPresent() ? value.get() : "-";
    }
}
