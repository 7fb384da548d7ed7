package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.bundle.BundleStore;
import dev.mobula.training.bundle.Evidence;
import dev.mobula.training.bundle.Lineage;
import dev.mobula.training.bundle.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `bundle show`: one bundle's parts, lineage and evidence, and what the gates say.
@Command(
        name = "show",
        description =
                "Show a bundle's parts, where it comes from, what was measured of it and whether the gates let it"
                        + " pass.")
final class BundleShow implements Callable<Integer> {
    private final Console console;
    private final Path home;

    @Parameters(index = "0", paramLabel = "BUNDLE", description = "The bundle.")
    private String bundle = "";

    @Mixin private StoreOption store = new StoreOption();

    BundleShow(Console console, Path home) {
        this.console = console;
        this.home = home;
    }

    @Override
    public Integer call() {
        BundleStore opened = store.open(home);
        String id = opened.resolve(bundle);
        Manifest manifest = opened.describe(id);
        console.say(id + "  " + manifest.name());
        Table parts = Table.of("part", "files", "bytes");
        manifest.parts()
                .forEach(part -> parts.row(part.folder(), part.files().size(), part.bytes()));
        console.say(parts.text());
        lineage(manifest.lineage());
        evidence(manifest.evidence());
        Optional<Evidence> promoted =
                opened.promotions().promoted().map(current -> opened.describe(current).evidence());
        List<String> reasons = opened.gates().reasons(manifest.evidence(), promoted);
        console.say(reasons.isEmpty() ? "the gates let it pass" : "the gates block it:");
        reasons.forEach(reason -> console.say("  " + reason));
        return 0;
    }

    private void lineage(Lineage lineage) {
        Table table = Table.of("lineage", "");
        table.row("run", lineage.run());
        table.row("description", lineage.description());
        table.row("code", lineage.code());
        table.row("kernels", lineage.kernels());
        new TreeMap<>(lineage.data()).forEach((name, print) -> table.row("data " + name, print));
        lineage.parents().forEach(parent -> table.row("parent", parent));
        console.say(table.text());
    }

    private void evidence(Evidence evidence) {
        Table table = Table.of("measured", "value", "lower", "upper");
        new TreeMap<>(evidence.metrics()).forEach((name, value) -> table.row(name, value, "", ""));
        new TreeMap<>(evidence.calibration())
                .forEach(
                        (head, it) ->
                                table.row(
                                        "calibration error of " + head,
                                        it.error(),
                                        it.lower(),
                                        it.upper()));
        new TreeMap<>(evidence.offPolicy())
                .forEach(
                        (name, it) ->
                                table.row(
                                        "off-policy " + name, it.value(), it.lower(), it.upper()));
        if (!table.isEmpty()) {
            console.say(table.text());
        }
        evidence.refusals().forEach(reason -> console.say("off-policy: " + reason));
    }
}
