package dev.mobula.cluster.evaluate;

import dev.mobula.cluster.evaluate.sequences.SequencesJudge;
import dev.mobula.cluster.report.Report;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How well models tell what somebody has next: the options.
///
/// The work is in `SequencesJudge`, which needs the libraries; help is answered without them.
final class SequencesEvaluation implements Evaluation {
    @Option(
            names = "--data",
            required = true,
            paramLabel = "FILE",
            description = "Lines of user item item ..., items oldest first. Gzip or plain.")
    private Path data = Path.of("");

    @Option(
            names = "--candidates",
            paramLabel = "FILE",
            description =
                    "Lines of user item item ...: rank the last event among these items only,"
                            + " instead of among all.")
    private @Nullable Path candidates;

    @Option(
            names = "--models",
            paramLabel = "A,B",
            description = "popular, transitions, transformer, blend (${DEFAULT-VALUE}).")
    private String models = "popular,transitions,transformer,blend";

    @Option(names = "--k", paramLabel = "N", description = "Judge the first N (${DEFAULT-VALUE}).")
    private int k = 10;

    @Option(
            names = "--epochs",
            paramLabel = "N",
            description = "Epochs of training (${DEFAULT-VALUE}).")
    private int epochs = 12;

    @Option(names = "--seed", paramLabel = "N", description = "Seed (${DEFAULT-VALUE}).")
    private long seed = 1;

    @Option(
            names = "--rejects",
            paramLabel = "N",
            description = "Set aside this many bad lines (${DEFAULT-VALUE}); one more is an error.")
    private long rejectsMax = 100;

    @Option(names = "--threads", paramLabel = "N", description = "Threads to rank (all cores).")
    private int threads = Runtime.getRuntime().availableProcessors();

    @Override
    public String name() {
        return "sequences";
    }

    @Override
    public String summary() {
        return "rankings of what somebody has next, leaving one event out";
    }

    @Override
    public Report run(boolean watched) {
        return new SequencesJudge(
                        new SequencesJudge.Wanted(
                                data,
                                Optional.ofNullable(candidates),
                                models,
                                k,
                                epochs,
                                seed,
                                rejectsMax,
                                threads))
                .run(watched);
    }
}
