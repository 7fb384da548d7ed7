package dev.mobula.cluster.bench.safety;

import dev.mobula.cluster.bench.MemorySlope;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.ranking.safety.Guard;
import dev.mobula.ranking.safety.ScanPolicy;
import dev.mobula.ranking.safety.ScanReply;
import dev.mobula.ranking.safety.ScanRequest;
import dev.mobula.ranking.safety.TextModel;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/*
 * Requests come at fixed times, whether or not the ones before are answered, and a latency counts from the time at which
 * its request should have begun: a queue that forms is seen.
 */
/// A guard under a steady stream of requests: mostly short texts, some of 4k and few of 32k characters.
final class GuardLoad {
    private static final int PER_SECOND = 200;
    private static final int THREADS = 2;
    private static final double P99_MILLIS_MAX = 25;
    private static final double OVERRUN_MILLIS_MAX = 5;
    private static final int TEXTS = 400;

    private final Guard guard;
    private final List<String> texts = new ArrayList<>();

    GuardLoad(TextModel model) {
        guard = new Guard(List.of(model), System::nanoTime, InstantSource.system());
        String source = BenchTexts.long32k(80_000);
        SplittableRandom random = new SplittableRandom(9);
        for (int i = 0; i < TEXTS; i++) {
            int share = i % 200;
            int chars = share == 0 ? 32_768 : share < 10 ? 4_096 : 16 + random.nextInt(497);
            int from = random.nextInt(source.length() - chars);
            texts.add(source.substring(from, from + chars));
        }
    }

    private ScanReply scan(int number) {
        ScanRequest.Part part =
                ScanRequest.Part.of(
                        ScanRequest.Kind.TEXT,
                        ScanRequest.Channel.INPUT,
                        ScanRequest.Trust.UNTRUSTED,
                        texts.get(number % TEXTS));
        Optional<String> session = Optional.of("s" + number % 5_000);
        return guard.scan(
                new ScanRequest("bench", "default", session, List.of(part)), ScanPolicy.usual());
    }

    /// @param seconds how long requests come
    void run(Report report, int seconds) throws InterruptedException {
        for (int i = 0; i < 4 * TEXTS; i++) {
            scan(i);
        }
        int count = PER_SECOND * seconds;
        double[] millis = new double[count];
        double[] own = new double[count];
        int[] degraded = {0};
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            long start = System.nanoTime();
            List<Future<?>> under = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                int number = i;
                long due = start + i * 1_000_000_000L / PER_SECOND;
                while (System.nanoTime() < due) {
                    Thread.sleep(Duration.ofNanos(Math.max(1, due - System.nanoTime())));
                }
                under.add(
                        threads.submit(
                                () -> {
                                    if (scan(number) instanceof ScanReply.Judged judged) {
                                        own[number] = judged.micros() / 1e3;
                                        if (!judged.degraded().isEmpty()) {
                                            synchronized (degraded) {
                                                degraded[0]++;
                                            }
                                        }
                                    }
                                    millis[number] = (System.nanoTime() - due) / 1e6;
                                }));
            }
            for (Future<?> one : under) {
                await(one);
            }
        }
        double deadline = ScanPolicy.usual().deadlineMicros() / 1e3;
        double[] over = Arrays.stream(own).map(one -> Math.max(0, one - deadline)).toArray();
        Arrays.sort(millis);
        Arrays.sort(over);
        report.table(
                "guard with all models, " + PER_SECOND + " requests/s on " + THREADS + " threads",
                Table.of("requests", "p50 ms", "p99 ms", "p99.9 ms", "degraded", "overrun p99.9 ms")
                        .row(
                                count,
                                at(millis, .5),
                                at(millis, .99),
                                at(millis, .999),
                                degraded[0],
                                at(over, .999)));
        report.check(Check.atMost("guard p99", at(millis, .99), "ms", P99_MILLIS_MAX));
        report.check(
                Check.atMost("overrun of the deadline", at(over, .999), "ms", OVERRUN_MILLIS_MAX));
    }

    private static void await(Future<?> one) throws InterruptedException {
        try {
            one.get();
        } catch (ExecutionException failed) {
            throw new IllegalStateException("a scan failed", failed);
        }
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    }

    /// Scans without pause for a time, and reports how memory moves.
    void soak(Report report, Duration length, Progress progress) throws IOException {
        MemorySlope memory = new MemorySlope();
        long end = System.nanoTime() + length.toNanos();
        long next = 0;
        long scans = 0;
        while (System.nanoTime() < end) {
            scan((int) (scans++ % Integer.MAX_VALUE));
            if (System.nanoTime() >= next) {
                memory.sample();
                progress.step(1);
                next = System.nanoTime() + 1_000_000_000L;
            }
        }
        report.figure("scans", scans);
        memory.reportTo(report);
    }
}
