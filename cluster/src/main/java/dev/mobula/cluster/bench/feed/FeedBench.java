package dev.mobula.cluster.bench.feed;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Report;
import java.io.IOException;

/// Pages of 30 from 200,000 items, ranked by the reference model, in one JVM or on Ray, beside Python on the same Ray.
public final class FeedBench implements Bench {
    @Override
    public String name() {
        return "feed";
    }

    @Override
    public String summary() {
        return "pages of the whole feed in one JVM or on Ray (peer: python)";
    }

    @Override
    public Report run(BenchContext context) throws IOException, InterruptedException {
        for (String peer : context.peers()) {
            if (!peer.equals("python")) {
                throw new IOException("--peer " + peer + ": there is python");
            }
        }
        try (FeedStage stage = FeedStage.open(context)) {
            if (context.prepareOnly()) {
                return new Report(name()).figure("prepared", context.prepared().toString());
            }
            return context.soak().isPresent()
                    ? FeedSoak.run(stage, context, context.soak().get())
                    : new FeedStudy(stage, context).run();
        }
    }
}
