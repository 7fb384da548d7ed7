package dev.mobula.cluster.cli;

import dev.mobula.cluster.bench.rank.RankExplainer;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `rank`: what the ranking library can be asked without a cluster.
@Command(
        name = "rank",
        description = "Ask the ranking library.",
        synopsisHeading = "Usage: ",
        customSynopsis = "./mobula rank COMMAND [OPTIONS]",
        commandListHeading = "%nCommands:%n")
final class RankCommand implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    static CommandLine of(Console console) {
        return new CommandLine(new RankCommand()).addSubcommand(new Explain(console));
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /// `rank explain`: why one place of a page is what it is.
    @Command(
            name = "explain",
            description =
                    "Rank a generated request with the reference model and tell why one place of its"
                            + " page is what it is: features, heads, value, moves.")
    static final class Explain implements Runnable {
        private final Console console;

        @Option(
                names = "--place",
                paramLabel = "N",
                defaultValue = "1",
                description = "The place on the page (${DEFAULT-VALUE}).")
        private int place;

        @Option(
                names = "--value",
                paramLabel = "EXPRESSION",
                defaultValue = "click + 2 * like + 4 * reply - 30 * report + 0.1 * dwell",
                description = "What a candidate is worth (${DEFAULT-VALUE}).")
        private String value = "";

        Explain(Console console) {
            this.console = console;
        }

        @Override
        public void run() {
            console.say(new RankExplainer().explain(place, value));
        }
    }
}
