package dev.mobula.ranking.notify.window;

import java.util.Arrays;

/// The times of messages, sent or promised, and what rolling caps and gaps make of them.
///
/// Times need no order. A span holds its start and not its end: two messages exactly a day apart do not share a day.
public final class SendTimes {
    private long[] atMillis = new long[8];
    private int[] units = new int[8];
    private int size;

    public void add(long millis, int count) {
        if (size == atMillis.length) {
            atMillis = Arrays.copyOf(atMillis, 2 * size);
            units = Arrays.copyOf(units, 2 * size);
        }
        atMillis[size] = millis;
        units[size++] = count;
    }

    /// The units within a stretch of time.
    public int count(long startMillis, long endMillis) {
        int sum = 0;
        for (int i = 0; i < size; i++) {
            if (startMillis <= atMillis[i] && atMillis[i] < endMillis) {
                sum += units[i];
            }
        }
        return sum;
    }

    /// The most units in any span that holds this time.
    public int most(long millis, long spanMillis) {
        int most = count(millis, millis + spanMillis);
        for (int i = 0; i < size; i++) {
            if (millis - spanMillis < atMillis[i] && atMillis[i] <= millis) {
                most = Math.max(most, count(atMillis[i], atMillis[i] + spanMillis));
            }
        }
        return most;
    }

    /// The first time from `millis` on at which so many units more keep every span within its cap; `Long.MAX_VALUE`
    /// when no time does.
    public long earliestWithin(long millis, int more, long spanMillis, int cap) {
        if (more > cap) {
            return Long.MAX_VALUE;
        }
        long at = millis;
        while (most(at, spanMillis) + more > cap) {
            at = afterNext(at, spanMillis);
        }
        return at;
    }

    /// The first time from `millis` on that is at least a gap away from every message.
    public long earliestApart(long millis, long gapMillis) {
        long at = millis;
        while (hasWithin(at, gapMillis)) {
            at = afterNext(at, gapMillis);
        }
        return at;
    }

    private boolean hasWithin(long millis, long gapMillis) {
        for (int i = 0; i < size; i++) {
            if (Math.abs(atMillis[i] - millis) < gapMillis) {
                return true;
            }
        }
        return false;
    }

    /// The first moment after `millis` at which one more message lies a whole span back.
    private long afterNext(long millis, long spanMillis) {
        long next = Long.MAX_VALUE;
        for (int i = 0; i < size; i++) {
            if (atMillis[i] + spanMillis > millis) {
                next = Math.min(next, atMillis[i] + spanMillis);
            }
        }
        return next;
    }
}
