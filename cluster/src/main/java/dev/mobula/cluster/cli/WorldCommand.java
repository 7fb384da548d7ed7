package dev.mobula.cluster.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/// `world`: experiments in the simulated world.
@Command(
        name = "world",
        description = "Try policies in the simulated world.",
        synopsisHeading = "Usage: ",
        customSynopsis = "./mobula world COMMAND [OPTIONS]",
        commandListHeading = "%nCommands:%n")
final class WorldCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console) {
        return new CommandLine(new WorldCommand()).addSubcommand(new WorldLoop(console));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
