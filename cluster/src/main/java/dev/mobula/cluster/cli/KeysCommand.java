package dev.mobula.cluster.cli;

import java.security.SecureRandom;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `keys`: the group of commands about the keys of a gateway.
@Command(
        name = "keys",
        description = "Make, list and withdraw the keys that a gateway asks for.",
        commandListHeading = "%nCommands:%n",
        footer = "%nA running gateway sees a change of its file within a second.")
final class KeysCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console, SecureRandom random) {
        return new CommandLine(new KeysCommand())
                .addSubcommand(new KeysAdd(console, random))
                .addSubcommand(new KeysList(console))
                .addSubcommand(new KeysRemove(console));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which one of add, list and remove?");
    }
}
