package dev.mobula.retrieval.source;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What a source has done since the start, counted by every retrieval.
public final class SourceTotals {
    private final String source;
    private final Map<SourceStatus, LongAdder> calls = new EnumMap<>(SourceStatus.class);
    private final LongAdder found = new LongAdder();
    private final LongAdder kept = new LongAdder();
    private final LongAdder micros = new LongAdder();

    SourceTotals(String source) {
        this.source = source;
        for (SourceStatus status : SourceStatus.values()) {
            calls.put(status, new LongAdder());
        }
    }

    void add(SourceReport report) {
        adder(report.status()).increment();
        found.add(report.found());
        kept.add(report.kept());
        micros.add(report.micros());
    }

    private LongAdder adder(SourceStatus status) {
        LongAdder adder = calls.get(status);
        if (adder == null) {
            throw new IllegalArgumentException("status=" + status);
        }
        return adder;
    }

    public String source() {
        return source;
    }

    /// How many queries ended this way.
    public long calls(SourceStatus status) {
        return adder(status).sum();
    }

    public long found() {
        return found.sum();
    }

    public long kept() {
        return kept.sum();
    }

    /// Time until the answers came or were given up, added up.
    public long micros() {
        return micros.sum();
    }
}
