package dev.mobula.cluster.bench.runtime;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Many callers at once for a while: how many calls they got through, and how long each took.
final class Load {
    private final Latencies latencies = new Latencies();
    private long wallNanos;

    /// One call, answered when it returns.
    @FunctionalInterface
    interface Call {
        void run() throws Exception;
    }

    /// Runs the callers for a while and adds what they measured.
    void run(int callers, long durationNanos, Call call) throws InterruptedException {
        ConcurrentLinkedQueue<Latencies> measured = new ConcurrentLinkedQueue<>();
        ConcurrentLinkedQueue<Exception> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        long start = System.nanoTime();
        for (int i = 0; i < callers; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        try {
                                            measured.add(loop(start + durationNanos, call));
                                        } catch (Exception failed) {
                                            failures.add(failed);
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        wallNanos += System.nanoTime() - start;
        if (!failures.isEmpty()) {
            throw new IllegalStateException(
                    failures.size() + " callers failed", failures.element());
        }
        measured.forEach(latencies::addAll);
    }

    private static Latencies loop(long endNanos, Call call) throws Exception {
        Latencies own = new Latencies();
        long now = System.nanoTime();
        while (now - endNanos < 0) {
            call.run();
            long after = System.nanoTime();
            own.add(after - now);
            now = after;
        }
        return own;
    }

    double callsPerSecond() {
        return latencies.count() / (wallNanos / 1e9);
    }

    Latencies latencies() {
        return latencies;
    }
}
