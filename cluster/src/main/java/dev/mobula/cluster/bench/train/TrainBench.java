package dev.mobula.cluster.bench.train;

import dev.mobula.cluster.bench.Bench;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Report;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import picocli.CommandLine.Option;

/// Training steps of a two-tower and of the reference ranker, one thread per worker.
public final class TrainBench implements Bench {
    @Option(
            names = "--only",
            split = ",",
            paramLabel = "PART,...",
            description = "Measure these parts alone: ${COMPLETION-CANDIDATES}.")
    private List<Part> only = List.of(Part.values());

    /// What can be measured apart.
    enum Part {
        /// Steps of the two-tower.
        TWO_TOWER,
        /// Steps of the ranker.
        RANKER,
        /// Sums over workers, against gloo; with the peer only.
        REDUCE,
        /// Reading batches from a data set.
        READ,
        /// Two workers against one.
        CREW;

        static Part of(BenchModel.Kind kind) {
            return switch (kind) {
                case TWO_TOWER -> TWO_TOWER;
                case RANKER -> RANKER;
            };
        }
    }

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
                : new TrainStudy(context, EnumSet.copyOf(only)).run();
    }
}
