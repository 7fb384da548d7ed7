package dev.mobula.cluster.cli;

import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.PostgresTable;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.dataset.Dataset;
import dev.mobula.training.log.LogOptions;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `data import`: a file or a query's result as a data set.
@Command(
        name = "import",
        description = {
            "Copy a table into a data set: a folder of Arrow files, each batch of them checksummed.",
            "SOURCE is a TABLE, or postgresql://HOST:PORT/DATABASE?user=NAME with --query; its password is taken from"
                    + " PGPASSWORD."
        })
final class DataImport implements Callable<Integer> {
    private final Console console;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "What to read.")
    private String source = "";

    @Parameters(
            index = "1",
            paramLabel = "FOLDER",
            description = "The data set to make; must not be there yet.")
    private Path folder = Path.of("");

    @Option(
            names = "--query",
            paramLabel = "SQL",
            description = "What to ask a PostgreSQL server; run in a read-only transaction.")
    private @Nullable String query;

    @Option(
            names = "--disk",
            paramLabel = "SIZE",
            converter = ByteSize.class,
            defaultValue = "64GB",
            description = "What the data set may take of the disk (64GB).")
    private long diskBytes;

    @Mixin private TableOptions table = new TableOptions();

    DataImport(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() {
        Rejects rejects = table.rejects();
        LogOptions options = LogOptions.DEFAULT.withBytesMax(diskBytes);
        try (TableReader reader = open(rejects);
                ShareBar bar = new ShareBar(console, "import")) {
            Dataset made =
                    Dataset.write(
                            folder,
                            reader,
                            options,
                            InstantSource.system(),
                            (rows, share) -> bar.at(share));
            TableOptions.tell(console, rejects);
            console.say(
                    "%s: %d rows of %d columns, %d bytes, fingerprint %s"
                            .formatted(
                                    folder,
                                    made.rows(),
                                    made.schema().size(),
                                    made.view().bytes(),
                                    made.fingerprint().substring(0, 16)));
        }
        return 0;
    }

    private TableReader open(Rejects rejects) {
        if (!PostgresTable.isUrl(source)) {
            if (query != null) {
                throw new CommandFailure("--query " + query + ": only for a postgresql:// source");
            }
            return table.open(Path.of(source), rejects);
        }
        if (query == null) {
            throw new CommandFailure("--query is missing: what to ask " + source);
        }
        return PostgresTable.open(
                source, Optional.ofNullable(System.getenv("PGPASSWORD")).orElse(""), query);
    }
}
