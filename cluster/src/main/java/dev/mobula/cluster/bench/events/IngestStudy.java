package dev.mobula.cluster.bench.events;

import com.sun.management.OperatingSystemMXBean;
import dev.mobula.actors.events.EventLogStatus;
import dev.mobula.actors.events.EventLogs;
import dev.mobula.actors.users.UserShards;
import dev.mobula.cluster.bench.BenchContext;
import dev.mobula.cluster.bench.Progress;
import dev.mobula.cluster.bench.runtime.Latencies;
import dev.mobula.cluster.report.Check;
import dev.mobula.cluster.report.Report;
import dev.mobula.cluster.report.Table;
import dev.mobula.retrieval.store.EventOutcome;
import dev.mobula.retrieval.store.UserEvent;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Events sent in batches and one by one, so many calls under way at once, each answered after its sync; then until the
/// segments have all of them.
final class IngestStudy {
    private static final double PER_SECOND_MIN = 20_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final UserShards users;
    private final EventLogs log;
    private final EventSource source = new EventSource();

    IngestStudy(UserShards users, EventLogs log) {
        this.users = users;
        this.log = log;
    }

    void run(BenchContext context, Report report) throws InterruptedException {
        int batched = context.quick() ? 200_000 : 1_500_000;
        int single = context.quick() ? 20_000 : 150_000;
        Table table =
                Table.of(
                        "sent",
                        "events",
                        "per second",
                        "append p50 ms",
                        "append p99 ms",
                        "process CPU us/event");
        send(context, "warm-up", batched / 4, 100, 32);
        Sent many = send(context, "batches of 100", batched, 100, 32);
        long caughtUpMillis = awaitSegments();
        Sent ones = send(context, "one by one", single, 1, 256);
        awaitSegments();
        many.row(table, "in batches of 100, 32 calls under way");
        ones.row(table, "one by one, 256 calls under way");
        EventLogStatus status = log.status(PATIENCE).join();
        report.table("durable events of one shard, followed into segments", table)
                .figure("events_per_second", many.perSecond())
                .figure("append_millis_p50", many.latencies().p50() / 1e3)
                .figure("append_millis_p99", many.latencies().p99() / 1e3)
                .figure("single_events_per_second", ones.perSecond())
                .figure("single_append_millis_p99", ones.latencies().p99() / 1e3)
                .figure("process_cpu_micros_per_event", many.cpuMicros())
                .figure("segments_caught_up_millis", caughtUpMillis)
                .figure("segment_bytes_per_event", (double) status.bytes() / status.rows())
                .check(
                        Check.atLeast(
                                "durable events a second", many.perSecond(), "/s", PER_SECOND_MIN));
    }

    /// @param cpuMicros of this process for each event, the sender's and, in one JVM, the event log's share included
    private record Sent(int events, double perSecond, double cpuMicros, Latencies latencies) {
        void row(Table table, String how) {
            table.row(
                    how,
                    events,
                    Math.round(perSecond),
                    latencies.p50() / 1e3,
                    latencies.p99() / 1e3,
                    cpuMicros);
        }
    }

    private Sent send(BenchContext context, String what, int events, int batch, int underWay)
            throws InterruptedException {
        Semaphore free = new Semaphore(underWay);
        AtomicLong lost = new AtomicLong();
        Latencies latencies = new Latencies();
        long cpu = cpuNanos();
        long start = System.nanoTime();
        try (Progress progress = context.progress(what, events)) {
            for (int sent = 0; sent < events; sent += batch) {
                List<UserEvent> some = source.next(batch);
                free.acquire();
                long began = System.nanoTime();
                var _ =
                        users.record(some)
                                .whenComplete(
                                        (outcomes, failed) -> {
                                            synchronized (latencies) {
                                                latencies.add(System.nanoTime() - began);
                                            }
                                            lost.addAndGet(lost(outcomes, failed));
                                            free.release();
                                        });
                progress.step(batch);
            }
            free.acquire(underWay);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        if (lost.get() > 0) {
            throw new IllegalStateException(lost + " of " + events + " events were not stored");
        }
        double cpuMicros = (cpuNanos() - cpu) / 1e3 / events;
        return new Sent(events, events / seconds, cpuMicros, latencies);
    }

    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }

    private static long lost(@Nullable List<EventOutcome> outcomes, @Nullable Throwable failed) {
        return failed != null || outcomes == null
                ? 1
                : outcomes.stream().filter(outcome -> !outcome.isStored()).count();
    }

    /// Milliseconds until the segments have everything.
    private long awaitSegments() throws InterruptedException {
        long start = System.nanoTime();
        while (!log.status(PATIENCE).join().caughtUp()) {
            if (System.nanoTime() - start > 5 * PATIENCE.toNanos()) {
                throw new IllegalStateException(
                        "the segments do not catch up: " + log.status(PATIENCE).join());
            }
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
    }
}
