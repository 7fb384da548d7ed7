package dev.mobula.cluster.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `data`: the group of commands about tables to learn from.
@Command(
        name = "data",
        description = "Import, join, export, describe, compare and verify tables to learn from.",
        commandListHeading = "%nCommands:%n",
        footer = {
            "%nA TABLE is a data set's folder, or an Arrow, Parquet, .csv, .tsv or .jsonl file, gzip or plain.",
            "A data set's files are Arrow: pyarrow.ipc.open_file opens each of them."
        })
final class DataCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console) {
        return new CommandLine(new DataCommand())
                .addSubcommand(new DataImport(console))
                .addSubcommand(new DataJoin(console))
                .addSubcommand(new DataExport(console))
                .addSubcommand(new DataStats(console))
                .addSubcommand(new DataDrift(console))
                .addSubcommand(new DataVerify(console));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "which one of import, join, export, stats, drift and verify?");
    }
}
