package dev.mobula.cluster.evaluate;

import dev.mobula.cluster.evaluate.uplift.UpliftStudy;
import dev.mobula.cluster.report.Report;
import dev.mobula.training.TrainingException;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// Whom a message adds to: the options.
///
/// The work is in `UpliftStudy`, which needs the libraries; help is answered without them.
final class UpliftEvaluation implements Evaluation {
    @Option(
            names = "--data",
            paramLabel = "FILE",
            required = true,
            description = "Hillstrom's e-mail trial: hillstrom.csv.gz.")
    private @Nullable Path data;

    @Override
    public String name() {
        return "uplift";
    }

    @Override
    public String summary() {
        return "whom a message adds to, within a budget, on a real trial with intervals";
    }

    @Override
    public Report run(boolean watched) {
        Path file = data;
        if (file == null) {
            throw TrainingException.invalid("--data", "", "must name hillstrom.csv.gz");
        }
        try {
            return UpliftStudy.run(file);
        } catch (IOException cause) {
            throw TrainingException.invalid(
                    "--data", file, "cannot be read: " + cause.getMessage());
        }
    }
}
