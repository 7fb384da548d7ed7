package dev.mobula.cluster.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `notify`: the group of commands about notifications and their budgets.
@Command(
        name = "notify",
        description =
                "Try and set notification policies, see prices and decisions, pause, simulate.",
        commandListHeading = "%nCommands:%n")
final class NotifyCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console) {
        return new CommandLine(new NotifyCommand())
                .addSubcommand(new NotifyPolicy(console))
                .addSubcommand(new NotifyPrices(console))
                .addSubcommand(new NotifyExplain(console))
                .addSubcommand(new NotifyPause(console))
                .addSubcommand(new NotifySimulate(console));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "which one of policy, prices, explain, pause and simulate?");
    }
}
