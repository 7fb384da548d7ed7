package dev.mobula.actors.feed;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.actors.runtime.Failure;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;

/*
 * Every WINDOW requests, their 95th percentile is compared with the target. Above it, the factor shrinks in proportion, at
 * most by half; well below it, it grows by a step. So work per page falls before anything else does. Only at the least
 * factor, and still above the target, does the number of requests at once fall; it rises again by one where the target
 * holds. A window is forgotten once it was judged: the next one has seen the change alone.
 */
/// Holds the time of pages at its target: by less work for each, then by fewer at once.
final class Load {
    static final double FACTOR_MIN = .1;

    private static final int WINDOW = 64;
    private static final double RANK = .95;
    private static final double EASY = .8;
    private static final double STEP = .05;
    private static final double SHRINK_MOST = .5;
    private static final double FEWER = .8;
    private static final int IN_FLIGHT_MIN = 2;

    private final int inFlightMost;
    private final long targetNanos;
    private final long[] window = new long[WINDOW];
    private final LongAdder refused = new LongAdder();
    private int filled;
    private int inFlight;
    private int inFlightMax;
    private volatile double factor = 1;
    private long p95Nanos;

    Load(int inFlightMost, long targetNanos) {
        this.inFlightMost = inFlightMost;
        this.targetNanos = targetNanos;
        inFlightMax = inFlightMost;
    }

    /// The share of a page's usual work that is done now, 0.1..1.
    double factor() {
        return factor;
    }

    /// Takes a request on, or refuses it.
    synchronized void enter() {
        if (inFlight >= inFlightMax) {
            refused.increment();
            throw new CallException(
                    Failure.OVERLOADED,
                    "in flight=" + inFlight + ", the most for now; ask again later");
        }
        inFlight++;
    }

    /// A request that was taken on is over.
    synchronized void leave(long nanos) {
        inFlight--;
        window[filled++] = nanos;
        if (filled == WINDOW) {
            judge();
            filled = 0;
        }
    }

    private void judge() {
        long[] sorted = window.clone();
        Arrays.sort(sorted);
        p95Nanos = sorted[(int) Math.ceil(RANK * WINDOW) - 1];
        double ratio = (double) p95Nanos / targetNanos;
        if (ratio > 1 && factor <= FACTOR_MIN) {
            inFlightMax =
                    Math.max(Math.min(IN_FLIGHT_MIN, inFlightMost), (int) (inFlightMax * FEWER));
        } else if (ratio > 1) {
            factor = Math.max(FACTOR_MIN, factor * Math.max(SHRINK_MOST, 1 / ratio));
        } else if (inFlightMax < inFlightMost) {
            inFlightMax++;
        } else if (ratio < EASY) {
            factor = Math.min(1, factor + STEP);
        }
    }

    synchronized int inFlight() {
        return inFlight;
    }

    synchronized int inFlightMax() {
        return inFlightMax;
    }

    /// The 95th percentile of the last window.
    synchronized long p95Nanos() {
        return p95Nanos;
    }

    long refused() {
        return refused.sum();
    }
}
