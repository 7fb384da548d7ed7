package dev.mobula.actors.notify;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import dev.mobula.actors.runtime.Cluster;
import dev.mobula.actors.runtime.Request;
import dev.mobula.actors.runtime.ServiceRef;
import dev.mobula.actors.runtime.ServiceSpec;
import dev.mobula.actors.shards.Answers;
import dev.mobula.training.price.BudgetProblem;
import dev.mobula.training.price.DualBlock;
import dev.mobula.training.price.PriceSolution;
import dev.mobula.training.price.PriceSolver;
import dev.mobula.training.price.SolverSettings;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/// Services that find prices together: each holds some of the people, prices go out and loads come back.
///
/// A block that is lost fails the solution and nothing else: the prices in force stay in force, and the next solution ships
/// its people anew.
public final class PriceCrew implements AutoCloseable {
    private static final Duration SHIP_LIMIT = Duration.ofMinutes(2);
    private static final Duration PASS_LIMIT = Duration.ofSeconds(30);

    private final Cluster cluster;
    private final List<ServiceRef> blocks;

    private PriceCrew(Cluster cluster, List<ServiceRef> blocks) {
        this.cluster = cluster;
        this.blocks = List.copyOf(blocks);
    }

    /// Starts so many blocks, named `NAME-0` and so on.
    public static PriceCrew spawn(Cluster cluster, String name, int count) {
        List<ServiceRef> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(
                    cluster.spawn(
                            ServiceSpec.named(name + "-" + i, PriceBlockService.Factory.class)
                                    .build()));
        }
        return new PriceCrew(cluster, blocks);
    }

    /// The blocks that run under this name, those that do not run started.
    public static PriceCrew found(Cluster cluster, String name, int count) {
        List<ServiceRef> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            ServiceSpec spec =
                    ServiceSpec.named(name + "-" + i, PriceBlockService.Factory.class).build();
            blocks.add(cluster.lookup(spec.name()).orElseGet(() -> cluster.spawn(spec)));
        }
        return new PriceCrew(cluster, blocks);
    }

    /// Finds the prices of a problem, from prices that were right before.
    public PriceSolution solve(BudgetProblem problem, SolverSettings settings, double[] start)
            throws InterruptedException {
        ship(problem);
        List<DualBlock> remote = new ArrayList<>();
        blocks.forEach(block -> remote.add(new Remote(block)));
        double best = Math.max(1e-12, Arrays.stream(problem.value()).max().orElse(1));
        try (PriceSolver solver = PriceSolver.over(remote, problem.budget(), best)) {
            return solver.solve(settings, start);
        }
    }

    private void ship(BudgetProblem problem) {
        List<CompletableFuture<byte[]>> shipped = new ArrayList<>();
        int people = problem.people();
        for (int i = 0; i < blocks.size(); i++) {
            int from = (int) ((long) people * i / blocks.size());
            int to = (int) ((long) people * (i + 1) / blocks.size());
            byte[] part = PriceBlockService.PROBLEM.encode(problem.ofPeople(from, to));
            shipped.addAll(
                    cluster.ship(
                            blocks.get(i),
                            PriceBlockService.LOAD,
                            ByteBuffer.wrap(part),
                            SHIP_LIMIT));
        }
        shipped.forEach(Answers::await);
    }

    private final class Remote implements DualBlock {
        private final ServiceRef block;

        Remote(ServiceRef block) {
            this.block = block;
        }

        private double ask(int op, MessageWriter message, double[] load) {
            Request request = Request.of(op, message.toBytes()).within(PASS_LIMIT).retried();
            MessageReader in = new MessageReader(Answers.await(cluster.call(block, request)));
            double worth = in.readDouble();
            double[] part = in.readDoubles();
            for (int row = 0; row < load.length; row++) {
                load[row] += part[row];
            }
            return worth;
        }

        @Override
        public double respond(double[] prices, double smoothing, double[] load) {
            MessageWriter message = new MessageWriter().writeDoubles(prices).writeDouble(smoothing);
            return ask(PriceBlockService.RESPOND, message, load);
        }

        @Override
        public double surplus(double[] prices) {
            MessageWriter message = new MessageWriter().writeDoubles(prices);
            return ask(PriceBlockService.SURPLUS, message, new double[0]);
        }

        @Override
        public void addSquares(double[] squares) {
            ask(PriceBlockService.SQUARES, new MessageWriter(), squares);
        }
    }

    @Override
    public void close() {
        blocks.forEach(cluster::stop);
    }
}
