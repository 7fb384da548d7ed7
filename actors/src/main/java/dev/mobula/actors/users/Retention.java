package dev.mobula.actors.users;

import dev.mobula.actors.runtime.ServiceContext;
import dev.mobula.retrieval.RetrievalException;
import dev.mobula.retrieval.store.UserStore;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Has a store drop what has outlived its time, once a minute, and at once when a user was forgotten.
///
/// When that fails the metric `mobula.user.retention.failing` is 1 until it succeeds again.
final class Retention implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Retention.class);
    private static final long PERIOD_SECONDS = 60;

    private final UserStore store;
    private final String name;
    private final MeterRegistry meters;
    private final Gauge gauge;
    private final ScheduledExecutorService timer;
    private volatile boolean failing;

    Retention(UserStore store, ServiceContext context) {
        this.store = store;
        this.name = context.name();
        this.meters = context.meters();
        this.gauge =
                Gauge.builder("mobula.user.retention.failing", this, one -> one.failing ? 1 : 0)
                        .tag("service", name)
                        .register(meters);
        timer =
                Executors.newSingleThreadScheduledExecutor(
                        Thread.ofPlatform().name("mobula-retention-" + name).daemon().factory());
        var _ =
                timer.scheduleWithFixedDelay(
                        this::run, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    void runSoon() {
        timer.execute(this::run);
    }

    private void run() {
        try {
            store.retain();
            failing = false;
        } catch (RetrievalException failed) {
            failing = true;
            LOG.warn("{}: nothing old was dropped: {}", name, failed.getMessage());
        }
    }

    @Override
    public void close() {
        meters.remove(gauge);
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(30, TimeUnit.SECONDS)) {
                LOG.warn("{}: retention is still under way", name);
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
