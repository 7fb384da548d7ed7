package dev.mobula.cluster.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `index`: the group of commands about vector index files.
@Command(
        name = "index",
        description = "Build, inspect and verify vector index files.",
        commandListHeading = "%nCommands:%n")
final class IndexCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console) {
        return new CommandLine(new IndexCommand())
                .addSubcommand(new IndexBuild(console))
                .addSubcommand(new IndexInspect(console))
                .addSubcommand(new IndexVerify(console));
    }

    @Override
    public void run() {
        CommandLine line = spec.commandLine();
        throw new ParameterException(line, "which one of build, inspect and verify?");
    }
}
