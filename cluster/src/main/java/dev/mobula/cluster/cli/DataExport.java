package dev.mobula.cluster.cli;

import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.dataset.Dataset;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `data export`: a table as one Parquet file.
@Command(
        name = "export",
        description = {
            "Write a table to one Parquet file, packed with zstd.",
            "As Arrow it is there already: the files of a data set's folder."
        })
final class DataExport implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "TABLE", description = "What to read.")
    private Path source = Path.of("");

    @Parameters(index = "1", paramLabel = "FILE", description = "The .parquet file to write.")
    private Path file = Path.of("");

    @Mixin private TableOptions table = new TableOptions();

    DataExport(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        if (!file.toString().endsWith(".parquet")) {
            throw new CommandFailure("FILE " + file + ": must end in .parquet");
        }
        Rejects rejects = table.rejects();
        try (TableReader reader = table.open(source, rejects);
                ShareBar bar = new ShareBar(console, "export")) {
            long rows = Dataset.writeParquet(file, reader, (done, share) -> bar.at(share));
            TableOptions.tell(console, rejects);
            console.say(file + ": " + rows + " rows");
        }
        return 0;
    }
}
