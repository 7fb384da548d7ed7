package dev.mobula.cluster.cli;

import dev.mobula.cluster.evaluate.Evaluation;
import dev.mobula.cluster.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `evaluate NAME`: runs one evaluation and prints what it found.
@Command(footer = "%nExit code: 1 when a check does not hold.")
final class EvaluateRun implements Callable<Integer> {
    private final Console console;
    private final Evaluation evaluation;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description = "Write the JSON object to a file as well.")
    private @Nullable Path json;

    EvaluateRun(Console console, Evaluation evaluation) {
        this.console = console;
        this.evaluation = evaluation;
    }

    @Override
    public Integer call() throws IOException {
        Report report = evaluation.run(console.watched());
        console.say(report.text());
        if (json != null) {
            Files.writeString(json, report.json() + "\n");
        }
        console.say(report.json());
        if (report.failed() > 0) {
            console.note(report.failed() + " of " + report.checks().size() + " checks do not hold");
            return 1;
        }
        return 0;
    }
}
