package dev.mobula.cluster.bench.train;

import com.sun.management.OperatingSystemMXBean;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.collective.SharedMemory;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.loop.RunListener;
import dev.mobula.training.loop.Saving;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.TrainingLoop;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.program.Engine;
import dev.mobula.training.table.ShardHost;
import dev.mobula.training.table.ShardPort;
import dev.mobula.training.table.ShardedTables;
import dev.mobula.training.table.TableSpec;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// One worker and two on the ranker at the same global batch: samples per second, and per second of processor.
final class CrewStudy {
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final double SPEED_MIN = 1.6;
    private static final double THRIFT_MIN = 0.9;

    private final BenchContext context;
    private final Report report;
    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    CrewStudy(BenchContext context, Report report) {
        this.context = context;
        this.report = report;
    }

    private record Round(double samplesPerSecond, double samplesPerCpuSecond) {}

    void run() throws InterruptedException {
        int steps = context.quick() ? 40 : 200;
        int rounds = context.quick() ? 2 : 5;
        List<Double> speeds = new ArrayList<>();
        List<Double> thrifts = new ArrayList<>();
        Table table = Table.of("workers", "samples/s", "samples per CPU second");
        for (int round = 0; round < rounds; round++) {
            Round one = measure(1, steps);
            Round two = measure(2, steps);
            speeds.add(two.samplesPerSecond() / one.samplesPerSecond());
            thrifts.add(two.samplesPerCpuSecond() / one.samplesPerCpuSecond());
            if (round == rounds - 1) {
                table.row("1", one.samplesPerSecond(), one.samplesPerCpuSecond());
                table.row("2", two.samplesPerSecond(), two.samplesPerCpuSecond());
            }
        }
        report.table(
                "Ranker on vectors, workers on threads, tables in a shard (last round)", table);
        double speed = TrainStudy.median(speeds);
        report.check(Check.atLeast("two workers against one", speed, "x", SPEED_MIN));
        double thrift = TrainStudy.median(thrifts);
        report.check(
                Check.atLeast("samples per CPU second, two against one", thrift, "x", THRIFT_MIN));
    }

    private Round measure(int workers, int steps) throws InterruptedException {
        List<Collective> peers =
                workers == 1 ? List.of(Collective.alone()) : SharedMemory.group(workers, PATIENCE);
        List<TableSpec> specs = model(new AtomicInteger()).spec(Share.ALL).tables();
        try (ShardHost host =
                new ShardHost(
                        specs,
                        0,
                        1,
                        workers,
                        Stepper.SEED,
                        PATIENCE,
                        StepKernels.ofThisMachine())) {
            work(peers, specs, host, steps / 4);
            long cpu = system.getProcessCpuTime();
            long start = System.nanoTime();
            work(peers, specs, host, steps);
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpuSeconds = (system.getProcessCpuTime() - cpu) / 1e9;
            double samples = (double) steps * BenchModel.ROWS;
            return new Round(samples / seconds, samples / cpuSeconds);
        }
    }

    private static BenchModel model(AtomicInteger left) {
        return new BenchModel(
                BenchModel.Kind.RANKER, Engine.VECTOR, () -> left.getAndDecrement() > 0);
    }

    private static void work(
            List<Collective> peers, List<TableSpec> specs, ShardHost host, int steps)
            throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (Collective own : peers) {
            threads.add(
                    Thread.ofPlatform()
                            .name("worker-" + own.rank())
                            .start(() -> work(own, specs, host, steps)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void work(Collective own, List<TableSpec> specs, ShardHost host, int steps) {
        LoopSettings settings =
                LoopSettings.of(Stepper.SEED, 0, DenseSettings.adam(BenchModel.RATE))
                        .withPrefetching(false);
        try (ShardedTables tables =
                        new ShardedTables(
                                specs, List.of(ShardPort.of(host)), own.rank(), PATIENCE);
                TrainingLoop loop =
                        new TrainingLoop(
                                model(new AtomicInteger(steps)),
                                settings,
                                tables,
                                own,
                                Saving.NONE,
                                RunListener.NONE,
                                System::nanoTime)) {
            loop.run();
        }
    }
}
