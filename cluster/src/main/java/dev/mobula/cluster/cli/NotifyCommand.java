package dev.mobula.cluster.cli;

import java.time.InstantSource;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `notify`: the group of commands about notifications and their budgets.
@Command(
        name = "notify",
        description =
                "Try and set notification policies, see prices and decisions, pause, learn from the log, simulate.",
        commandListHeading = "%nCommands:%n")
final class NotifyCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console) {
        return of(console, InstantSource.system());
    }

    static CommandLine of(Console console, InstantSource clock) {
        return new CommandLine(new NotifyCommand())
                .addSubcommand(new NotifyPolicy(console))
                .addSubcommand(new NotifyPrices(console))
                .addSubcommand(new NotifyExplain(console))
                .addSubcommand(new NotifyPause(console))
                .addSubcommand(new NotifyLearn(console, clock))
                .addSubcommand(new NotifyFit(console, clock))
                .addSubcommand(new NotifyRule(console))
                .addSubcommand(new NotifyLearned(console))
                .addSubcommand(new NotifySimulate(console));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which one of policy, prices, explain, pause, learn, fit, rule, learned and simulate?");
    }
}
