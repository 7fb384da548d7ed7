package dev.mobula.cluster.bench.feed;

import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.MemorySlope;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import java.io.IOException;
import java.time.Duration;

/// Half the capacity for a stated time, and how resident memory moves.
final class FeedSoak {
    private static final int SAMPLES = 60;
    private static final int CALLERS = 16;
    private static final double CAPACITY_SECONDS = 10;

    private FeedSoak() {}

    static Report run(FeedStage stage, BenchContext context, Duration time)
            throws IOException, InterruptedException {
        MobulaFeed ours = stage.contenders().ours();
        double rate = ours.closed(CALLERS, CAPACITY_SECONDS).pagesPerSecond() / 2;
        MemorySlope memory = new MemorySlope();
        long pages = 0;
        long others = 0;
        try (Progress progress = context.progress("soak", SAMPLES)) {
            for (int sample = 0; sample < SAMPLES; sample++) {
                LoadFigures load = ours.open(rate, time.toMillis() / 1e3 / SAMPLES);
                pages += load.whole();
                others += load.failed() + load.refused() + load.shortened();
                memory.sample();
                progress.step(1);
            }
        }
        return memory.reportTo(
                new Report("feed")
                        .figure("pages", pages)
                        .check(
                                Check.atMost(
                                        "requests without a whole page", (double) others, "", 0)));
    }
}
