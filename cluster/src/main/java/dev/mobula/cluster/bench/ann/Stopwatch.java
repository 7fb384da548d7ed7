package dev.mobula.cluster.bench.ann;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;

/// Processor time of the current thread: other work on the machine does not count.
final class Stopwatch {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final long startNanos = THREADS.getCurrentThreadCpuTime();

    double micros() {
        return (THREADS.getCurrentThreadCpuTime() - startNanos) / 1e3;
    }
}
