package dev.mobula.cluster.bench.feed;

import dev.mobula.cluster.bench.runtime.Latencies;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/// Requests for pages, each on a virtual thread as behind the gateway: of callers that wait for their answer, or on a
/// schedule of their own.
final class PageLoad {
    private static final int UNDER_WAY_MAX = 20_000;

    /// How a request was answered.
    enum Answer {
        WHOLE,
        SHORTENED,
        REFUSED,
        FAILED
    }

    private final LongFunction<Answer> pages;
    private final int users;
    private final Map<Answer, LongAdder> counts = new EnumMap<>(Answer.class);
    private final Latencies latencies = new Latencies();

    PageLoad(LongFunction<Answer> pages, int users) {
        this.pages = pages;
        this.users = users;
        for (Answer answer : Answer.values()) {
            counts.put(answer, new LongAdder());
        }
    }

    /// So many callers, each asking again as soon as it is answered.
    LoadFigures closed(int callers, double seconds) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        for (int caller = 0; caller < callers; caller++) {
            SplittableRandom random = new SplittableRandom(caller);
            threads.add(
                    Thread.startVirtualThread(
                            () -> {
                                while (System.nanoTime() < end) {
                                    ask(System.nanoTime(), 1L + random.nextInt(users));
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return figures(start);
    }

    /// Arrivals with exponential gaps; a latency counts from the moment its request was due.
    LoadFigures open(double perSecond, double seconds) throws InterruptedException {
        SplittableRandom random = new SplittableRandom(1);
        Semaphore room = new Semaphore(UNDER_WAY_MAX);
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        for (long due = start; due < end; due += gap(random, perSecond)) {
            long arrival = due;
            long user = 1L + random.nextInt(users);
            while (System.nanoTime() < due) {
                LockSupport.parkNanos(due - System.nanoTime());
            }
            if (room.tryAcquire()) {
                Thread.startVirtualThread(
                        () -> {
                            ask(arrival, user);
                            room.release();
                        });
            } else {
                count(Answer.FAILED).increment();
            }
        }
        room.acquire(UNDER_WAY_MAX);
        return figures(start);
    }

    private static long gap(SplittableRandom random, double perSecond) {
        return (long) (-Math.log1p(-random.nextDouble()) / perSecond * 1e9);
    }

    /// Only pages have a latency; an answer that is a no is counted.
    private void ask(long due, long user) {
        Answer answer = pages.apply(user);
        count(answer).increment();
        if (answer == Answer.WHOLE || answer == Answer.SHORTENED) {
            long taken = System.nanoTime() - due;
            synchronized (latencies) {
                latencies.add(taken);
            }
        }
    }

    private LongAdder count(Answer answer) {
        return Objects.requireNonNull(counts.get(answer));
    }

    private LoadFigures figures(long start) {
        double seconds = Duration.ofNanos(System.nanoTime() - start).toNanos() / 1e9;
        synchronized (latencies) {
            return new LoadFigures(
                    count(Answer.WHOLE).sum(),
                    count(Answer.SHORTENED).sum(),
                    count(Answer.REFUSED).sum(),
                    count(Answer.FAILED).sum(),
                    seconds,
                    latencies.p50() / 1e3,
                    latencies.p99() / 1e3);
        }
    }
}
