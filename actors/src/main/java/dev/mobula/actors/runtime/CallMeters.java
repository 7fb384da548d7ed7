package dev.mobula.actors.runtime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// What one service instance counts of itself: calls, failures by kind, queue, batches, latency.
public final class CallMeters implements AutoCloseable {
    private static final Duration[] LATENCY_BUCKETS = {
        Duration.ofNanos(50_000),
        Duration.ofNanos(200_000),
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(2),
    };

    private final MeterRegistry registry;
    private final Tags tags;
    private final Counter calls;
    private final Map<Failure, Counter> failures = new EnumMap<>(Failure.class);
    private final DistributionSummary batchRequests;
    private final Timer waiting;
    private final Timer serving;
    private final List<Meter> meters = new ArrayList<>();

    /// Registers the meters of one instance.
    public CallMeters(MeterRegistry registry, String service, int replica) {
        this.registry = registry;
        tags = Tags.of("service", service, "replica", Integer.toString(replica));
        calls = keep(Counter.builder("mobula.calls").tags(tags).register(registry));
        for (Failure failure : Failure.values()) {
            failures.put(
                    failure,
                    keep(
                            Counter.builder("mobula.call.failures")
                                    .tags(tags.and("failure", failure.name()))
                                    .register(registry)));
        }
        batchRequests =
                keep(
                        DistributionSummary.builder("mobula.batch.requests")
                                .tags(tags)
                                .serviceLevelObjectives(1, 2, 4, 8, 16, 32, 64, 128)
                                .register(registry));
        waiting = keep(latency("mobula.call.waiting"));
        serving = keep(latency("mobula.batch.serving"));
    }

    private Timer latency(String name) {
        return Timer.builder(name)
                .tags(tags)
                .serviceLevelObjectives(LATENCY_BUCKETS)
                .register(registry);
    }

    void watchQueue(Mailbox mailbox, ToDoubleFunction<Mailbox> length) {
        keep(Gauge.builder("mobula.queue", mailbox, length).tags(tags).register(registry));
    }

    void overloaded() {
        count(Failure.OVERLOADED);
    }

    void served(List<Letter> letters, long startNanos, long endNanos) {
        calls.increment(letters.size());
        batchRequests.record(letters.size());
        serving.record(endNanos - startNanos, TimeUnit.NANOSECONDS);
        for (Letter letter : letters) {
            waiting.record(startNanos - letter.arrivedNanos(), TimeUnit.NANOSECONDS);
            if (letter.reply().isCompletedExceptionally()
                    && letter.reply().exceptionNow() instanceof CallException failed) {
                count(failed.failure());
            }
        }
    }

    private void count(Failure failure) {
        Counter counter = failures.get(failure);
        if (counter != null) {
            counter.increment();
        }
    }

    private <M extends Meter> M keep(M meter) {
        meters.add(meter);
        return meter;
    }

    /// Takes the meters out of the registry.
    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
