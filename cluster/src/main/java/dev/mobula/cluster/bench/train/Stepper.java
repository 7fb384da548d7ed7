package dev.mobula.cluster.bench.train;

import com.sun.management.OperatingSystemMXBean;
import dev.mobula.training.collective.Collective;
import dev.mobula.training.kernels.StepKernels;
import dev.mobula.training.loop.LoopSettings;
import dev.mobula.training.loop.RunListener;
import dev.mobula.training.loop.Saving;
import dev.mobula.training.loop.Share;
import dev.mobula.training.loop.StepReport;
import dev.mobula.training.loop.TrainingLoop;
import dev.mobula.training.optimize.DenseSettings;
import dev.mobula.training.program.Engine;
import dev.mobula.training.table.LocalTables;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;

/// The training loop of one worker on one thread, run for a while and paused again.
final class Stepper implements AutoCloseable {
    static final long SEED = 1;

    private static final double NANOS_PER_MILLI = 1e6;
    private static final double PATIENCE = 5;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private final LocalTables tables;
    private final TrainingLoop loop;
    private final List<Double> millis = new ArrayList<>();
    private final List<Double> losses = new ArrayList<>();
    private long endNanos;
    private long endCpuNanos;
    private int stepsMax;

    Stepper(BenchModel.Kind kind, Engine engine) {
        BenchModel model = new BenchModel(kind, engine, this::isOpen);
        this.tables =
                new LocalTables(model.spec(Share.ALL).tables(), SEED, StepKernels.ofThisMachine());
        LoopSettings settings =
                LoopSettings.of(SEED, 0, DenseSettings.adam(BenchModel.RATE))
                        .withPrefetching(false);
        RunListener recorder =
                new RunListener() {
                    @Override
                    public void onStep(StepReport report) {
                        millis.add(report.nanos() / NANOS_PER_MILLI);
                        losses.add(report.loss());
                    }
                };
        this.loop =
                new TrainingLoop(
                        model,
                        settings,
                        tables,
                        Collective.alone(),
                        Saving.NONE,
                        recorder,
                        System::nanoTime);
    }

    private boolean isOpen() {
        return millis.size() < stepsMax
                || (System.nanoTime() < endNanos
                        && THREADS.getCurrentThreadCpuTime() < endCpuNanos);
    }

    /// The losses of the next steps.
    List<Double> steps(int count) {
        millis.clear();
        losses.clear();
        stepsMax = count;
        endNanos = System.nanoTime();
        loop.run();
        stepsMax = 0;
        return List.copyOf(losses);
    }

    /// Steps until this thread has worked for so long, or five times as long is over: the compiler waits for calls, and
    /// neighbours take time from them.
    void warmUp(double seconds) {
        endCpuNanos = THREADS.getCurrentThreadCpuTime() + (long) (seconds * 1e9);
        runFor(PATIENCE * seconds);
    }

    private void runFor(double seconds) {
        millis.clear();
        losses.clear();
        endNanos = System.nanoTime() + (long) (seconds * 1e9);
        loop.run();
    }

    /// Steps for so long.
    Round run(double seconds) {
        endCpuNanos = Long.MAX_VALUE;
        long cpu = system.getProcessCpuTime();
        runFor(seconds);
        double cpuMillis = (system.getProcessCpuTime() - cpu) / NANOS_PER_MILLI;
        double[] sorted = millis.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return new Round(sorted[sorted.length / 10], cpuMillis / sorted.length, sorted.length);
    }

    @Override
    public void close() {
        loop.close();
        tables.close();
    }
}
