package dev.mobula.cluster.bench.runtime;

import java.util.Arrays;

/// Latencies of one way of calling, collected over interleaved rounds.
public final class Latencies {
    private long[] nanos = new long[1_024];
    private int count;

    public void add(long taken) {
        if (count == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * count);
        }
        nanos[count++] = taken;
    }

    void addAll(Latencies others) {
        for (int i = 0; i < others.count; i++) {
            add(others.nanos[i]);
        }
    }

    public int count() {
        return count;
    }

    /// The quantile in microseconds.
    double micros(double quantile) {
        if (count == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        int index = (int) Math.min(count - 1L, Math.round(quantile * (count - 1)));
        return sorted[index] / 1e3;
    }

    public double p50() {
        return micros(.5);
    }

    public double p99() {
        return micros(.99);
    }
}
