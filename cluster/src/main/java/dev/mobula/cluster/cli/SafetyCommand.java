package dev.mobula.cluster.cli;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `safety`: the group of commands about what texts and accounts must not do.
@Command(
        name = "safety",
        description = {
            "Train models of text and what keeps them good: texts to judge, doubtful labels, drift.",
            "Try rules over events, verify the log of decisions."
        },
        commandListHeading = "%nCommands:%n")
final class SafetyCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    /// @param home under which the store of safety bundles is, unless told
    static CommandLine of(Console console, Path home) {
        return new CommandLine(new SafetyCommand())
                .addSubcommand(new SafetyTrain(console, home.resolve("safety")))
                .addSubcommand(new SafetyPick(console, home.resolve("safety")))
                .addSubcommand(new SafetyDoubts(console))
                .addSubcommand(new SafetyDecisions(console))
                .addSubcommand(new SafetyDrift(console, home.resolve("safety")))
                .addSubcommand("rules", SafetyRules.of(console, home.resolve("rules")))
                .addSubcommand("audit", SafetyAudit.of(console));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which one of train, pick, doubts, decisions, drift, rules and audit?");
    }
}
