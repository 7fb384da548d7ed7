package dev.mobula.cluster.cli;

import dev.mobula.training.columns.TableReader;
import dev.mobula.training.data.Rejects;
import dev.mobula.training.data.TableSource;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Option;

/// Which columns of a table are read, and how much of it may be wrong.
final class TableOptions {
    private static final int SHOWN_MAX = 10;

    @Option(
            names = "--columns",
            paramLabel = "NAME[:KIND],...",
            split = ",",
            description = {
                "The columns to read, all unless told. KIND, for text files, is one of whole, number, real, flag,"
                        + " instant, text, bytes, wholes, reals, texts; guessed unless told."
            })
    List<String> columns = List.of();

    @Option(
            names = "--rejects",
            paramLabel = "N",
            defaultValue = "0",
            description = "How many bad records are set aside before the file is refused (0).")
    long rejectsMax;

    /// Opens a table; its rejects are to be told with [#tell].
    TableReader open(Path table, Rejects rejects) {
        return TableSource.open(table, columns, rejects);
    }

    Rejects rejects() {
        return new Rejects(rejectsMax);
    }

    static void tell(Console console, Rejects rejects) {
        if (rejects.count() > 0) {
            console.note(rejects.count() + " bad records were set aside:");
            rejects.shown().stream().limit(SHOWN_MAX).forEach(line -> console.note("  " + line));
        }
    }
}
