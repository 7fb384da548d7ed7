package dev.mobula.cluster.evaluate;

import dev.mobula.cluster.evaluate.multitask.MultitaskJudge;
import dev.mobula.cluster.report.Report;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/// Whether a ranker that learns two tasks at once is as good at each as one that learns it alone: the options.
///
/// The work is in `MultitaskJudge`, which needs the libraries; help is answered without them.
final class MultitaskEvaluation implements Evaluation {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "DIR_OR_FILE",
            description =
                    "The KDD census income data, 42 comma-separated fields a line; a folder with one"
                            + " such file, or the file. Gzip or plain.")
    private Path data = Path.of("");

    @Option(
            names = "--seeds",
            paramLabel = "N",
            description =
                    "How many models of each kind, from different seeds; what they say is averaged"
                            + " (${DEFAULT-VALUE}).")
    private int seeds = 3;

    @Option(
            names = "--rejects",
            paramLabel = "N",
            description = "Set aside this many bad lines (${DEFAULT-VALUE}); one more is an error.")
    private long rejectsMax = 100;

    @Override
    public String name() {
        return "multitask";
    }

    @Override
    public String summary() {
        return "a ranker of two tasks against one ranker for each";
    }

    @Override
    public Report run(boolean watched) {
        return new MultitaskJudge(data, seeds, rejectsMax).run(watched);
    }
}
