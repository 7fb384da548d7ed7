package dev.mobula.cluster.bench.rank;

import java.util.Arrays;

/// Milliseconds that one call took: the tenth percentile, which neighbours on the machine disturb least, and the
/// median.
record Timing(double p10, double p50, int runs) {
    private static final double NANOS_PER_MILLI = 1e6;

    /// Calls again and again for so long.
    static Timing of(Runnable call, double seconds) {
        double[] taken = new double[1 << 16];
        int runs = 0;
        long end = System.nanoTime() + (long) (seconds * 1e9);
        do {
            long start = System.nanoTime();
            call.run();
            taken[runs++ % taken.length] = (System.nanoTime() - start) / NANOS_PER_MILLI;
        } while (System.nanoTime() < end);
        double[] sorted = Arrays.copyOf(taken, Math.min(runs, taken.length));
        Arrays.sort(sorted);
        return new Timing(sorted[sorted.length / 10], sorted[sorted.length / 2], runs);
    }
}
