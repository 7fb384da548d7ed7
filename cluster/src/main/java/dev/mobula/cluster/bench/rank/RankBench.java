package dev.mobula.cluster.bench.rank;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Report;
import java.io.IOException;

/// 500 candidates of the reference multi-task model, and what a request does around them.
public final class RankBench implements Bench {
    @Override
    public String name() {
        return "rank";
    }

    @Override
    public String summary() {
        return "scoring 500 candidates of the reference model (peers: pytorch, onnxruntime, all)";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        return context.soak().isPresent()
                ? RankSoak.run(context, context.soak().get())
                : new RankStudy(context).run();
    }
}
