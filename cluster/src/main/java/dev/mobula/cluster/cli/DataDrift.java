package dev.mobula.cluster.cli;

import dev.mobula.cluster.report.Table;
import dev.mobula.training.dataset.Drift;
import dev.mobula.training.dataset.TableProfile;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `data drift`: how far the columns of two tables differ.
@Command(
        name = "drift",
        description = {
            "Compare the columns that two tables share: population stability index (PSI), Kolmogorov-Smirnov distance,"
                    + " missing values.",
            "A PSI below .1 is usually read as no change, above .25 as a large one."
        },
        footer = "%nExit code: 1 when a column drifts more than --psi.")
final class DataDrift implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "BEFORE", description = "The table to compare with.")
    private Path before = Path.of("");

    @Parameters(index = "1", paramLabel = "AFTER", description = "The table to judge.")
    private Path after = Path.of("");

    @Option(
            names = "--psi",
            paramLabel = "X",
            defaultValue = "0.25",
            description = "The most PSI that is accepted (0.25).")
    private double psiMax;

    @Mixin private TableOptions table = new TableOptions();

    DataDrift(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        TableProfile was = DataStats.profile(console, table, before);
        TableProfile is = DataStats.profile(console, table, after);
        List<Drift> drifts = Drift.between(was, is);
        Table text = Table.of("column", "PSI", "KS", "missing before", "missing after", "");
        for (Drift drift : drifts) {
            text.row(
                    drift.column().name(),
                    drift.populationStability(),
                    drift.kolmogorovSmirnov().isPresent()
                            ? drift.kolmogorovSmirnov().getAsDouble()
                            : "-",
                    drift.missingBefore(),
                    drift.missingAfter(),
                    drift.populationStability() > psiMax ? "drifts" : "");
        }
        console.say(was.rows() + " rows before, " + is.rows() + " after");
        console.say(text.text());
        long drifting = drifts.stream().filter(d -> d.populationStability() > psiMax).count();
        if (drifting > 0) {
            console.note(drifting + " of " + drifts.size() + " columns drift more than " + psiMax);
            return 1;
        }
        return 0;
    }
}
