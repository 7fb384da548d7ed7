package dev.mobula.retrieval.store;

import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is counted of a user's events: rows of the history, items seen in this window and the one before, events by kind.
record UserHead(
        int historyRows,
        long seenGeneration,
        int seenNow,
        int seenBefore,
        Map<String, Long> eventsByKind) {
    static final UserHead EMPTY = new UserHead(0, Long.MIN_VALUE, 0, 0, Map.of());

    private static final int VERSION = 1;

    static UserHead of(byte @Nullable [] record, long user) {
        if (record == null) {
            return EMPTY;
        }
        RecordReader in = new RecordReader(record, VERSION, "head of user " + user);
        int historyRows = (int) in.readCount();
        long generation = in.readSigned();
        int now = (int) in.readCount();
        int before = (int) in.readCount();
        Map<String, Long> counts = new TreeMap<>();
        for (int left = in.readLength(2); left > 0; left--) {
            counts.put(in.readText(), in.readCount());
        }
        in.finish();
        return new UserHead(historyRows, generation, now, before, counts);
    }

    byte[] encode() {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeCount(historyRows);
        out.writeSigned(seenGeneration);
        out.writeCount(seenNow);
        out.writeCount(seenBefore);
        out.writeCount(eventsByKind.size());
        eventsByKind.forEach(
                (kind, count) -> {
                    out.writeText(kind);
                    out.writeCount(count);
                });
        return out.finish();
    }

    /// The same with the counts of what was seen moved on to a later window.
    UserHead at(long generation) {
        if (generation <= seenGeneration) {
            return this;
        }
        int before = generation == seenGeneration + 1 ? seenNow : 0;
        return new UserHead(historyRows, generation, 0, before, eventsByKind);
    }

    int seenIn(long generation) {
        if (generation == seenGeneration) {
            return seenNow;
        }
        return generation == seenGeneration - 1 ? seenBefore : 0;
    }

    UserHead seen(long generation) {
        return generation == seenGeneration
                ? new UserHead(historyRows, seenGeneration, seenNow + 1, seenBefore, eventsByKind)
                : new UserHead(historyRows, seenGeneration, seenNow, seenBefore + 1, eventsByKind);
    }

    UserHead withHistoryRows(int rows) {
        return new UserHead(rows, seenGeneration, seenNow, seenBefore, eventsByKind);
    }

    UserHead counted(String kind) {
        Map<String, Long> counts = new TreeMap<>(eventsByKind);
        counts.merge(kind, 1L, Long::sum);
        return new UserHead(historyRows, seenGeneration, seenNow, seenBefore, counts);
    }
}
