package dev.mobula.cluster.bench.train;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Report;
import java.io.IOException;

/// Training steps of a two-tower and of the reference ranker, one thread per worker.
public final class TrainBench implements Bench {
    @Override
    public String name() {
        return "train";
    }

    @Override
    public String summary() {
        return "training steps of a two-tower and a ranker (peer: pytorch)";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        return context.soak().isPresent()
                ? TrainSoak.run(context, context.soak().get())
                : new TrainStudy(context).run();
    }
}
