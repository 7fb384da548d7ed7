package dev.mobula.ranking.safety.rules;

import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;

/// Stops a rule that touches more than it may: actions of a day, or a share of the last thousand events. It stays open
/// until somebody closes it.
final class Breaker {
    static final int EVENTS = 1_000;

    private static final long DAY_MILLIS = Duration.ofDays(1).toMillis();

    private final long perDay;
    private final double shareMax;
    private final boolean[] last = new boolean[EVENTS];
    private int at;
    private int seen;
    private int held;
    private long day = Long.MIN_VALUE;
    private long today;
    private String reason = "";

    Breaker(long perDay, double shareMax) {
        this.perDay = perDay;
        this.shareMax = shareMax;
    }

    /// Whether the rule may act on this event.
    boolean after(long atMillis, boolean holds) {
        held += (holds ? 1 : 0) - (seen == EVENTS && last[at] ? 1 : 0);
        last[at] = holds;
        at = (at + 1) % EVENTS;
        seen = Math.min(EVENTS, seen + 1);
        long now = Math.floorDiv(atMillis, DAY_MILLIS);
        if (now > day) {
            day = now;
            today = 0;
        }
        if (!holds || !reason.isEmpty()) {
            return false;
        }
        if (today >= perDay) {
            reason = "%d actions today, at most %d".formatted(today + 1, perDay);
        } else if (shareMax < 1 && seen == EVENTS && held > shareMax * EVENTS) {
            reason =
                    String.format(
                            Locale.ROOT,
                            "%d of the last %d events, at most %.1f %%",
                            held,
                            EVENTS,
                            100 * shareMax);
        } else {
            today++;
        }
        return reason.isEmpty();
    }

    String reason() {
        return reason;
    }

    BreakerState state() {
        return new BreakerState(day, today, reason);
    }

    /// Goes on from where another stood; the events it saw are not known.
    void resume(BreakerState state) {
        day = state.day();
        today = state.today();
        reason = state.reason();
    }

    void reset() {
        reason = "";
        today = 0;
        held = 0;
        seen = 0;
        at = 0;
        Arrays.fill(last, false);
    }
}
