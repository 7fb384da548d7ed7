package dev.mobula.cluster.bench.rank;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;

/// Milliseconds of processor time that one call took on its thread: the tenth percentile, which neighbours in the
/// caches disturb least, and the median. Time in which another process had the processor is not in it.
public record Timing(double p10, double p50, int runs) {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final double NANOS_PER_MILLI = 1e6;

    /// Processor time of this thread so far.
    public static long processorNanos() {
        return THREADS.getCurrentThreadCpuTime();
    }

    /// Calls again and again for so long.
    public static Timing of(Runnable call, double seconds) {
        double[] taken = new double[1 << 16];
        int runs = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            long start = processorNanos();
            call.run();
            taken[runs++ % taken.length] = (processorNanos() - start) / NANOS_PER_MILLI;
        } while (System.nanoTime() < end);
        double[] sorted = Arrays.copyOf(taken, Math.min(runs, taken.length));
        Arrays.sort(sorted);
        return new Timing(sorted[sorted.length / 10], sorted[sorted.length / 2], runs);
    }
}
