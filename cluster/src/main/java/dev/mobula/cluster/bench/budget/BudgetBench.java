package dev.mobula.cluster.bench.budget;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.evaluate.uplift.UpliftStudy;
import dev.mobula.cluster.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/// What a notification's budget costs: deciding, reserving, and finding prices.
public final class BudgetBench implements Bench {
    /// What can be left out.
    enum Part {
        DECISION,
        OVER_SENDS,
        DURABLE,
        HOT_USER,
        HTTP,
        PRICES,
        MILLION,
        PACING,
        VOLUMES,
        TRIAL
    }

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "These parts alone: ${COMPLETION-CANDIDATES}.")
    private List<Part> parts = List.of(Part.values());

    @Option(
            names = "--hillstrom",
            paramLabel = "FILE",
            description =
                    "hillstrom.csv.gz (shared/datasets/hillstrom beside the checkout); without it TRIAL is left out.")
    private @Nullable Path hillstrom;

    @Override
    public String name() {
        return "budget";
    }

    @Override
    public String summary() {
        return "deciding, reserving and pricing notifications; over-sends under random traffic; days and a quarter of"
                + " messages; peer: ortools";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        Report report = new Report("budget");
        try (Progress progress = context.progress("budget", parts.size())) {
            for (Part part : parts) {
                run(part, report, context);
                progress.step(1);
            }
        }
        return report;
    }

    private void run(Part part, Report report, BenchContext context)
            throws IOException, InterruptedException {
        boolean quick = context.quick();
        switch (part) {
            case DECISION -> DecisionStudy.run(report, context);
            case OVER_SENDS -> OverSendStudy.run(report, context);
            case DURABLE -> DurableStudy.run(report, context);
            case HOT_USER -> HotUserStudy.run(report, context);
            case HTTP -> HttpStudy.run(report, context);
            case PRICES -> PriceStudy.run(report, context);
            case MILLION -> {
                if (!quick) {
                    PriceStudy.runLarge(report);
                }
            }
            case PACING -> PacingStudy.run(report, quick ? 4_000 : 40_000);
            case VOLUMES -> VolumeStudy.run(report, quick ? 4_000 : 40_000, 84, quick ? 1 : 3);
            case TRIAL -> trial(report, context);
        }
    }

    private void trial(Report report, BenchContext context) throws IOException {
        Path file =
                hillstrom != null
                        ? hillstrom
                        : context.checkout()
                                .resolveSibling("shared")
                                .resolve("datasets/hillstrom/hillstrom.csv.gz");
        if (Files.exists(file)) {
            UpliftStudy.run(report, file);
        }
    }
}
