package dev.mobula.retrieval.store;

import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What is counted of a user's events: rows of the history, items seen in this window and the one before, events by kind.
///
/// It never changes; the arrays are its own.
@SuppressWarnings("ArrayRecordComponent")
record UserHead(
        int historyRows,
        long seenGeneration,
        int seenNow,
        int seenBefore,
        String[] kinds,
        long[] counts) {
    static final UserHead EMPTY = new UserHead(0, Long.MIN_VALUE, 0, 0, new String[0], new long[0]);

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
        String[] kinds = new String[in.readLength(2)];
        long[] counts = new long[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            kinds[i] = in.readText();
            counts[i] = in.readCount();
        }
        in.finish();
        return new UserHead(historyRows, generation, now, before, kinds, counts);
    }

    byte[] encode() {
        RecordWriter out = new RecordWriter(VERSION);
        out.writeCount(historyRows);
        out.writeSigned(seenGeneration);
        out.writeCount(seenNow);
        out.writeCount(seenBefore);
        out.writeCount(kinds.length);
        for (int i = 0; i < kinds.length; i++) {
            out.writeText(kinds[i]);
            out.writeCount(counts[i]);
        }
        return out.finish();
    }

    /// The same with the counts of what was seen moved on to a later window.
    UserHead at(long generation) {
        if (generation <= seenGeneration) {
            return this;
        }
        int before = generation == seenGeneration + 1 ? seenNow : 0;
        return new UserHead(historyRows, generation, 0, before, kinds, counts);
    }

    int seenIn(long generation) {
        if (generation == seenGeneration) {
            return seenNow;
        }
        return generation == seenGeneration - 1 ? seenBefore : 0;
    }

    UserHead seen(long generation) {
        return generation == seenGeneration
                ? new UserHead(historyRows, seenGeneration, seenNow + 1, seenBefore, kinds, counts)
                : new UserHead(historyRows, seenGeneration, seenNow, seenBefore + 1, kinds, counts);
    }

    UserHead withHistoryRows(int rows) {
        return new UserHead(rows, seenGeneration, seenNow, seenBefore, kinds, counts);
    }

    UserHead counted(String kind) {
        int at = 0;
        while (at < kinds.length && !kinds[at].equals(kind)) {
            at++;
        }
        String[] names = kinds;
        if (at == kinds.length) {
            names = Arrays.copyOf(kinds, at + 1);
            names[at] = kind;
        }
        long[] more = Arrays.copyOf(counts, names.length);
        more[at]++;
        return new UserHead(historyRows, seenGeneration, seenNow, seenBefore, names, more);
    }

    /// Adds the counts to counters of that prefix.
    void counts(String prefix, Map<String, Long> counters) {
        for (int i = 0; i < kinds.length; i++) {
            counters.put(prefix + kinds[i], counts[i]);
        }
    }
}
