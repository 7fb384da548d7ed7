package dev.mobula.cluster.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `cluster`: the group of commands about Ray clusters on this machine.
@Command(
        name = "cluster",
        description = "Start, join, watch and end Ray clusters on this machine.",
        commandListHeading = "%nCommands:%n")
final class ClusterCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        CommandLine line = spec.commandLine();
        throw new ParameterException(line, "which one of up, join, status and down?");
    }
}
