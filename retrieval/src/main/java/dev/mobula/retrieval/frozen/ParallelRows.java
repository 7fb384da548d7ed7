package dev.mobula.retrieval.frozen;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/// Runs one piece of arithmetic for every row, on a few threads, each with working memory of its own.
final class ParallelRows {
    private static final int PROGRESS_ROWS = 1024;

    private ParallelRows() {}

    /// Returns when all rows are done; the first failure ends the others and is thrown.
    static void forEach(
            String stage,
            int from,
            int to,
            int threads,
            BuildProgress progress,
            Supplier<IntConsumer> workers) {
        AtomicInteger next = new AtomicInteger(from);
        AtomicInteger done = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        Runnable loop =
                () -> {
                    IntConsumer worker = workers.get();
                    boolean finished = false;
                    try {
                        for (int row = next.getAndIncrement();
                                row < to && !failed.get();
                                row = next.getAndIncrement()) {
                            worker.accept(row);
                            int count = done.incrementAndGet();
                            if (count % PROGRESS_ROWS == 0 || count == to - from) {
                                progress.advanced(stage, count, to - from);
                                stopWhenInterrupted(stage);
                            }
                        }
                        finished = true;
                    } finally {
                        if (!finished) {
                            failed.set(true);
                        }
                    }
                };
        run(stage, Math.clamp(to - from, 1, threads), loop);
    }

    private static void run(String stage, int threads, Runnable loop) {
        if (threads == 1) {
            loop.run();
            return;
        }
        AtomicInteger names = new AtomicInteger();
        ExecutorService pool =
                Executors.newFixedThreadPool(
                        threads,
                        task -> {
                            Thread thread = new Thread(task, "build-" + names.getAndIncrement());
                            thread.setDaemon(true);
                            return thread;
                        });
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                running.add(pool.submit(loop));
            }
            for (Future<?> one : running) {
                await(stage, one);
            }
        } finally {
            pool.shutdownNow();
        }
    }

    private static void await(String stage, Future<?> one) {
        try {
            one.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw cancelled(stage, interrupted);
        } catch (ExecutionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            if (failure.getCause() instanceof Error cause) {
                throw cause;
            }
            throw new IllegalStateException(stage + " failed", failure.getCause());
        }
    }

    private static void stopWhenInterrupted(String stage) {
        if (Thread.currentThread().isInterrupted()) {
            throw cancelled(stage, null);
        }
    }

    private static CancellationException cancelled(
            String stage, @org.jspecify.annotations.Nullable Throwable cause) {
        CancellationException cancelled = new CancellationException(stage + " was interrupted");
        cancelled.initCause(cause);
        return cancelled;
    }
}
