package dev.mobula.cluster.cli;

import dev.mobula.cluster.client.ClientException;
import dev.mobula.cluster.client.ClientOptions;
import dev.mobula.cluster.client.MobulaClient;
import dev.mobula.cluster.load.BulkLoad;
import dev.mobula.cluster.load.LoadKind;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `load`: a file of rows into a running engine.
@Command(
        name = "load",
        description = {
            "Load items, users, edges or events from a file into a running engine, through its gateway.",
            "FILE is .jsonl (each line as the operation's rows are, see /openapi.yaml), or a table: .csv, .tsv, Arrow or"
                    + " Parquet, compressed or not; columns that items do not have become their attributes.",
            "Every write may be repeated: run an interrupted load again."
        })
final class LoadCommand implements Callable<Integer> {
    private static final int BATCH_MAX = 1_000;

    private final Console console;

    @Parameters(
            index = "0",
            paramLabel = "WHAT",
            description = "One of items, users, edges, events.")
    private LoadKind kind = LoadKind.ITEMS;

    @Parameters(index = "1", paramLabel = "FILE", description = "The file.")
    private Path file = Path.of("");

    @Option(
            names = "--engine",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "Where the engine listens (${DEFAULT-VALUE}).")
    private URI engine = URI.create("");

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            description = "A file with the key to show, of the scope write.")
    private @Nullable Path keyFile;

    @Option(
            names = "--columns",
            paramLabel = "NAME[:KIND],...",
            split = ",",
            description = "The columns of a table to read, as for data import; all unless told.")
    private List<String> columns = List.of();

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "500",
            description = "Rows in one request (500, at most 1000).")
    private int batch;

    @Option(
            names = "--rejects",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many bad rows are set aside before the load ends (0).")
    private long rejects;

    LoadCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (batch < 1 || batch > BATCH_MAX) {
            throw new CommandFailure("--batch " + batch + ": must be 1 to " + BATCH_MAX);
        }
        if (!Files.exists(file)) {
            throw new CommandFailure(file + " does not exist");
        }
        try (MobulaClient client = MobulaClient.of(options());
                ShareBar bar = new ShareBar(console, "load")) {
            BulkLoad.Loaded loaded =
                    new BulkLoad(client, kind, batch, rejects).load(file, columns, bar::at);
            if (loaded.refused() > 0) {
                console.note(loaded.refused() + " bad rows were set aside:");
                loaded.shown().forEach(row -> console.note("  " + row));
            }
            console.say(file + ": " + loaded.accepted() + " rows are stored");
            return 0;
        } catch (ClientException failed) {
            throw new CommandFailure(
                    engine
                            + ": "
                            + failed.getMessage()
                            + failed.problem()
                                    .map(problem -> problem.hint())
                                    .map(hint -> " (" + hint + ")")
                                    .orElse(""));
        }
    }

    private ClientOptions options() throws IOException {
        try {
            ClientOptions options = ClientOptions.of(engine);
            return keyFile == null ? options : options.withKey(Files.readString(keyFile).strip());
        } catch (IllegalArgumentException refused) {
            throw new CommandFailure("--" + refused.getMessage());
        }
    }
}
