package dev.mobula.actors.feed;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/// What a feed counts: pages and how long they took, short ones, what was degraded, refusals, and every stage's calls,
/// failures and time.
final class FeedMeters implements AutoCloseable {
    private static final Duration[] STEPS = {
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofMillis(500),
        Duration.ofSeconds(1)
    };

    private final MeterRegistry registry;
    private final List<Meter> meters = new ArrayList<>();
    private final Timer pages;
    private final Counter shortPages;
    private final Map<String, Counter> degraded = new ConcurrentHashMap<>();

    /// @param load gauges are read from it, as the counters of stages are from the frame
    FeedMeters(MeterRegistry registry, Load load, StageFrame frame, PageLog log) {
        this.registry = registry;
        pages = Timer.builder("mobula.feed.pages").serviceLevelObjectives(STEPS).register(registry);
        shortPages = Counter.builder("mobula.feed.pages.short").register(registry);
        meters.add(pages);
        meters.add(shortPages);
        gauge("mobula.feed.factor", load, Load::factor);
        gauge("mobula.feed.flight", load, Load::inFlight);
        gauge("mobula.feed.flight.max", load, Load::inFlightMax);
        count("mobula.feed.refused", "", load, one -> (double) one.refused());
        count("mobula.feed.unlogged", "", log, one -> (double) one.lost());
        for (Stage stage : Stage.values()) {
            StageFrame.Totals totals = frame.totalsOf(stage);
            String label = stage.label();
            count("mobula.feed.stage.calls", label, totals, one -> (double) one.calls().sum());
            count(
                    "mobula.feed.stage.failures",
                    label,
                    totals,
                    one -> (double) one.failures().sum());
            count(
                    "mobula.feed.stage.seconds",
                    label,
                    totals,
                    one -> one.nanos().sum() / (double) TimeUnit.SECONDS.toNanos(1));
        }
    }

    private <T> void gauge(String name, T of, ToDoubleFunction<T> value) {
        meters.add(Gauge.builder(name, of, value).strongReference(true).register(registry));
    }

    private <T> void count(String name, String stage, T of, ToDoubleFunction<T> value) {
        FunctionCounter.Builder<T> counter = FunctionCounter.builder(name, of, value);
        meters.add((stage.isEmpty() ? counter : counter.tag("stage", stage)).register(registry));
    }

    /// A page that somebody was served or looked at.
    void made(FeedPage page, int wanted, long nanos) {
        pages.record(nanos, TimeUnit.NANOSECONDS);
        if (page.items().size() < wanted) {
            shortPages.increment();
        }
        page.degraded().keySet().forEach(part -> degradedOf(kind(part)).increment());
    }

    /// Parts are stages or shards; there may be many shards, so their number is left out.
    private static String kind(String part) {
        return part.replaceFirst("-\\d+$", "");
    }

    private Counter degradedOf(String part) {
        return degraded.computeIfAbsent(
                part,
                one -> Counter.builder("mobula.feed.degraded").tag("part", one).register(registry));
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
        degraded.values().forEach(registry::remove);
    }
}
