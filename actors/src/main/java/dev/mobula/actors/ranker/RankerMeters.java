package dev.mobula.actors.ranker;

import dev.mobula.ranking.features.Drop;
import dev.mobula.ranking.serving.ShadowComparison;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.ToDoubleFunction;

/// What a ranker counts: requests and candidates by version, drops by reason, items, lag, and what shadows differ in.
final class RankerMeters implements AutoCloseable {
    private static final String VERSION = "version";

    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<Drop.Reason, Counter> drops = new ConcurrentHashMap<>();
    private final Map<String, Counter> byVersion = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Meter> meters = new ConcurrentLinkedQueue<>();
    private final Counter refused;
    private final Counter shadowsSkipped;

    RankerMeters(MeterRegistry registry, String service) {
        this.registry = registry;
        tags = Tags.of("service", service);
        for (Drop.Reason reason : Drop.Reason.values()) {
            drops.put(reason, dropsFor(reason));
        }
        refused = counter("mobula.ranker.refused", "part", "user");
        shadowsSkipped = counter("mobula.ranker.shadows.skipped", "reason", "queue full");
    }

    private Counter dropsFor(Drop.Reason reason) {
        return counter("mobula.ranker.drops", "reason", reason.name());
    }

    void scored(String version, int candidates, List<Drop> dropped) {
        count("mobula.ranker.requests", version, 1);
        count("mobula.ranker.candidates", version, candidates);
        dropped.forEach(drop -> drops.computeIfAbsent(drop.reason(), this::dropsFor).increment());
    }

    void refused() {
        refused.increment();
    }

    void shadowSkipped() {
        shadowsSkipped.increment();
    }

    private void count(String name, String version, int amount) {
        byVersion
                .computeIfAbsent(name + ' ' + version, key -> counter(name, VERSION, version))
                .increment(amount);
    }

    private Counter counter(String name, String tag, String value) {
        Counter counter = Counter.builder(name).tags(tags.and(tag, value)).register(registry);
        meters.add(counter);
        return counter;
    }

    /// Meters of one part of the ranker, which go when it goes.
    final class Following implements AutoCloseable {
        private final List<Meter> own = new ArrayList<>();

        private <T> void watch(String name, Tags more, T of, ToDoubleFunction<T> value) {
            own.add(
                    Gauge.builder(name, of, value)
                            .tags(tags.and(more))
                            .strongReference(true)
                            .register(registry));
        }

        @Override
        public void close() {
            own.forEach(registry::remove);
        }
    }

    /// Watches how far a schema's columns are.
    Following follow(ResidentItems items) {
        Following following = new Following();
        Tags schema = Tags.of("schema", items.schema());
        following.watch("mobula.ranker.items", schema, items.columns(), columns -> columns.size());
        following.watch(
                "mobula.ranker.changes.rejected",
                schema,
                items.columns(),
                columns -> columns.rejectedCount());
        following.watch("mobula.ranker.lag", schema, items, ResidentItems::lag);
        return following;
    }

    /// Watches one shadow, head by head.
    Following compare(String version, List<String> heads, ShadowComparison comparison) {
        Following following = new Following();
        Tags shadow = Tags.of(VERSION, version);
        following.watch(
                "mobula.ranker.shadow.requests", shadow, comparison, ShadowComparison::requests);
        for (String head : heads) {
            Tags one = shadow.and("head", head);
            following.watch(
                    "mobula.ranker.shadow.difference",
                    one,
                    comparison,
                    it -> of(it, head, ShadowComparison.HeadSummary::differenceMean));
            following.watch(
                    "mobula.ranker.shadow.overlap",
                    one,
                    comparison,
                    it -> of(it, head, ShadowComparison.HeadSummary::topOverlap));
        }
        return following;
    }

    private static double of(
            ShadowComparison comparison,
            String head,
            ToDoubleFunction<ShadowComparison.HeadSummary> value) {
        return comparison.summary().stream()
                .filter(summary -> summary.head().equals(head))
                .mapToDouble(value)
                .findFirst()
                .orElse(Double.NaN);
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
