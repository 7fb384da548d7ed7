package dev.mobula.cluster.bench.ann;

import dev.mobula.cluster.bench.RunQueue;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.retrieval.frozen.FrozenIndex;
import dev.mobula.retrieval.frozen.FrozenSearcher;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;

/// Two threads against one, by the best of several rounds, and the bandwidth of the memory below.
final class ThreadStudy {
    private static final int ROUNDS = 5;
    private static final int EF = 80;
    private static final int PASSES = 3;
    private static final double SCALING_MIN = 1.8;
    private static final int BANDWIDTH_LONGS = 1 << 25;

    private ThreadStudy() {}

    static void report(Report report, AnnData data, FrozenIndex index) throws InterruptedException {
        if (Runtime.getRuntime().availableProcessors() < 2) {
            return;
        }
        double one = 0;
        double two = 0;
        for (int round = 0; round < ROUNDS; round++) {
            one = Math.max(one, queriesPerSecond(data, index, 1));
            two = Math.max(two, queriesPerSecond(data, index, 2));
        }
        double scaling = two / one;
        report.figure("two_threads_over_one", scaling);
        report.check(Check.atLeast("two threads over one", scaling, "x", SCALING_MIN));
    }

    /// Gigabytes a second that one thread reads in order from memory that no cache holds.
    static double bandwidth() {
        long[] block = new long[BANDWIDTH_LONGS];
        Arrays.fill(block, 1);
        double best = 0;
        long sum = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Stopwatch time = new Stopwatch();
            for (long value : block) {
                sum += value;
            }
            best = Math.max(best, 8.0 * BANDWIDTH_LONGS / time.micros() / 1e3);
        }
        if (sum != (long) ROUNDS * BANDWIDTH_LONGS) {
            throw new IllegalStateException("sum=" + sum);
        }
        return best;
    }

    private static double queriesPerSecond(AnnData data, FrozenIndex index, int threads)
            throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        Thread[] workers = new Thread[threads];
        double[] seconds = new double[threads];
        for (int i = 0; i < threads; i++) {
            int worker = i;
            FrozenSearcher searcher = index.searcher(System::nanoTime);
            Runnable work = () -> seconds[worker] = secondsToSearchAll(data, searcher, start);
            workers[i] = new Thread(work, "search-" + i);
            workers[i].start();
        }
        start.countDown();
        for (Thread worker : workers) {
            worker.join();
        }
        return Arrays.stream(seconds).map(taken -> data.queries().length / taken).sum();
    }

    /* Seconds that passed, less those in which the thread could have run and another process did. */
    private static double secondsToSearchAll(
            AnnData data, FrozenSearcher searcher, CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Double.POSITIVE_INFINITY;
        }
        long delayed = RunQueue.nanosDelayed();
        long began = System.nanoTime();
        for (int pass = 0; pass < PASSES; pass++) {
            for (float[] query : data.queries()) {
                searcher.search(query, AnnData.K, EF, FrozenSearcher.NO_DEADLINE);
            }
        }
        long passed = System.nanoTime() - began - (RunQueue.nanosDelayed() - delayed);
        return passed / 1e9 / PASSES;
    }
}
