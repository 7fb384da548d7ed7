package dev.mobula.cluster.bench.budget;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Report;
import java.io.IOException;

/// What a notification's budget costs: deciding, reserving, and finding prices.
public final class BudgetBench implements Bench {
    @Override
    public String name() {
        return "budget";
    }

    @Override
    public String summary() {
        return "deciding, reserving and pricing notifications; over-sends under random traffic; a quarter of messages";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        Report report = new Report("budget");
        try (Progress progress = context.progress("budget", 6)) {
            DecisionStudy.run(report, context);
            progress.step(1);
            OverSendStudy.run(report, context);
            progress.step(1);
            DurableStudy.run(report, context);
            progress.step(1);
            HttpStudy.run(report, context);
            progress.step(1);
            PriceStudy.run(report, context);
            progress.step(1);
            VolumeStudy.run(report, context.quick() ? 4_000 : 40_000, 84, context.quick() ? 1 : 3);
            progress.step(1);
        }
        return report;
    }
}
