package dev.mobula.cluster.cli;

import dev.mobula.cluster.evaluate.Evaluation;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/// `evaluate`: lists the evaluations; each of them is a command of its own below it.
@Command(
        name = "evaluate",
        description = "Judge models: a table for people, and one JSON object as the last line.",
        synopsisHeading = "Usage: ",
        customSynopsis = "./mobula evaluate NAME [OPTIONS]",
        commandListHeading = "%nEvaluations:%n",
        footer = "%n./mobula evaluate NAME --help lists the options of one.")
final class EvaluateCommand implements Callable<Integer> {
    private final Console console;
    private final List<Evaluation> evaluations;

    private EvaluateCommand(Console console, List<Evaluation> evaluations) {
        this.console = console;
        this.evaluations = evaluations;
    }

    static CommandLine of(Console console, List<Evaluation> evaluations) {
        CommandLine line = new CommandLine(new EvaluateCommand(console, evaluations));
        for (Evaluation evaluation : evaluations) {
            CommandLine.Model.CommandSpec spec =
                    CommandLine.Model.CommandSpec.forAnnotatedObject(
                            new EvaluateRun(console, evaluation));
            spec.addMixin(
                    "evaluation",
                    CommandLine.Model.CommandSpec.forAnnotatedObjectLenient(evaluation));
            spec.usageMessage().description("Judges " + evaluation.summary() + ".");
            line.addSubcommand(evaluation.name(), new CommandLine(spec));
        }
        return line;
    }

    @Override
    public Integer call() {
        int width = evaluations.stream().mapToInt(found -> found.name().length()).max().orElse(0);
        for (Evaluation evaluation : evaluations) {
            console.say(
                    evaluation.name()
                            + " ".repeat(width - evaluation.name().length())
                            + "  "
                            + evaluation.summary());
        }
        return 0;
    }
}
