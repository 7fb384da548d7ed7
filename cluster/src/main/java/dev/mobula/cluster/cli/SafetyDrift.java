package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.safety.TextDrift;
import dev.mobula.training.safety.TextTargets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `safety drift`: whether today's texts are like those of before.
@Command(
        name = "drift",
        description = {
            "Compare texts of two times: the promoted model's scores, and n-grams, each with the chance that it moved so far"
                    + " by itself.",
            "Exits with 1 when one of them is below --alarm: time to train again."
        })
final class SafetyDrift implements Callable<Integer> {
    private final Console console;
    private final Path usualStore;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "50 to 20000 texts.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "AFTER", description = "50 to 20000 texts.")
    private Path after = Path.of("");

    @Option(
            names = "--text",
            paramLabel = "COLUMN",
            defaultValue = "text",
            description = "The column of texts (text).")
    private String column = "";

    @Option(
            names = "--alarm",
            paramLabel = "P",
            defaultValue = "0.01",
            description = "The chance below which something has moved (0.01).")
    private double alarm;

    @Mixin private PromotedModel model = new PromotedModel();

    SafetyDrift(Console console, Path usualStore) {
        this.console = console;
        this.usualStore = usualStore;
    }

    @Override
    public Integer call() {
        List<TextDrift.Moved> moved =
                TextDrift.between(
                        model.load(usualStore),
                        TextTargets.texts(before, column, new Rejects(0)),
                        TextTargets.texts(after, column, new Rejects(0)),
                        1);
        Table table = Table.of("what", "moved by", "chance");
        moved.forEach(one -> table.row(one.what(), one.value(), one.chance()));
        console.say(table.text());
        return moved.stream().anyMatch(one -> one.chance() < alarm) ? 1 : 0;
    }
}
