package dev.mobula.cluster.evaluate;

import dev.mobula.cluster.evaluate.ope.OpeStudy;
import dev.mobula.cluster.report.Report;
import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.RankingException.Code;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// How well off-policy estimates hold: the options.
///
/// The work is in `OpeStudy`, which needs the libraries; help is answered without them.
final class OpeEvaluation implements Evaluation {
    @Option(
            names = "--data",
            paramLabel = "DIR",
            description =
                    "A folder with the Open Bandit logs men_random.csv.gz, men_bts.csv.gz, the same"
                            + " of women, and prior_bts.yaml; without it, only the synthetic table.")
    private @Nullable Path data;

    @Option(
            names = "--runs",
            paramLabel = "N",
            description = "Runs of the synthetic table (${DEFAULT-VALUE}).",
            defaultValue = "20")
    private int runs = 20;

    @Override
    public String name() {
        return "ope";
    }

    @Override
    public String summary() {
        return "off-policy estimates, on real logs and on a world whose truth is known";
    }

    @Override
    public Report run(boolean watched) {
        try {
            return new OpeStudy().run(Optional.ofNullable(data), runs);
        } catch (IOException cause) {
            throw new RankingException(
                    Code.INVALID_REQUEST,
                    "--data " + data + ": cannot read " + cause.getMessage(),
                    cause);
        }
    }
}
