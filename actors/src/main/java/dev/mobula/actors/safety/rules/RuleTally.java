package dev.mobula.actors.safety.rules;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How often each rule of each version held, and what came of it; told as metrics too. One thread at a time.
final class RuleTally implements AutoCloseable {
    private static final int SERIES_MAX = 3_000;

    private final MeterRegistry registry;
    private final Counter events;
    private final Map<Name, Counts> counts = new LinkedHashMap<>();
    private final List<Counter> series = new ArrayList<>();

    private record Name(String rule, int version, boolean acts) {}

    /// What became of one rule's events.
    private static final class Counts {
        private long held;
        private long acted;
        private long withheld;
    }

    /// What came of a rule that held.
    enum Outcome {
        ACTED,
        /// It stopped itself, or everything is switched off.
        WITHHELD,
        /// It is in the shadow: nothing was to be done.
        JUDGED
    }

    RuleTally(MeterRegistry registry) {
        this.registry = registry;
        events = Counter.builder("mobula.rules.events").register(registry);
    }

    void seen(int count) {
        events.increment(count);
    }

    long events() {
        return (long) events.count();
    }

    void held(String rule, Rulebook.Role role, Outcome outcome) {
        Name name = new Name(rule, role.version(), role.acts());
        Counts own = counts.computeIfAbsent(name, key -> new Counts());
        own.held++;
        own.acted += outcome == Outcome.ACTED ? 1 : 0;
        own.withheld += outcome == Outcome.WITHHELD ? 1 : 0;
        count("mobula.rules.held", name);
        switch (outcome) {
            case ACTED -> count("mobula.rules.acted", name);
            case WITHHELD -> count("mobula.rules.withheld", name);
            case JUDGED -> {}
        }
    }

    private void count(String meter, Name name) {
        if (series.size() >= SERIES_MAX) {
            return;
        }
        Counter counter =
                Counter.builder(meter)
                        .tag("rule", name.rule())
                        .tag("version", Integer.toString(name.version()))
                        .tag("role", name.acts() ? "acting" : "shadow")
                        .register(registry);
        if (!series.contains(counter)) {
            series.add(counter);
        }
        counter.increment();
    }

    LiveRules.RuleStatus status(String rule, Rulebook.Role role, String stopped) {
        Counts own = counts.getOrDefault(new Name(rule, role.version(), role.acts()), new Counts());
        return new LiveRules.RuleStatus(
                rule, role.version(), role.acts(), own.held, own.acted, own.withheld, stopped);
    }

    @Override
    public void close() {
        registry.remove(events);
        series.forEach(registry::remove);
    }
}
