package dev.mobula.cluster.cli;

import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `safety rules`: the group of commands about rules over events.
@Command(
        name = "rules",
        description = {
            "Check rules, replay events through them, judge them in the shadow of those that act, promote and roll back.",
            "Every column of a table of events is a field: numbers, and texts."
        },
        commandListHeading = "%nCommands:%n",
        footer = {
            "%nA rule:",
            "  let burst = count(event.author, 1m)",
            "  rule burst {",
            "    when burst > 5 and event.score > 0.8 and not in_set(\"trusted\", event.author)",
            "    then label(\"spam\", 7d), review(\"spam\")",
            "    limit 1000 per day, 5 %%",
            "  }"
        })
final class SafetyRules implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    /// @param shelf the folder of the versions, unless told
    static CommandLine of(Console console, Path shelf) {
        return new CommandLine(new SafetyRules())
                .addSubcommand(new RulesCheck(console))
                .addSubcommand(new RulesBacktest(console, shelf))
                .addSubcommand(new RulesShadow(console, shelf))
                .addSubcommand(new RulesPromote(console, shelf))
                .addSubcommand(new RulesRollback(console, shelf))
                .addSubcommand(new RulesList(console, shelf))
                .addSubcommand(new RulesLive(console));
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "which one of check, backtest, shadow, promote, rollback, list and live?");
    }
}
