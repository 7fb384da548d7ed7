package dev.mobula.ranking.notify.ledger;

import java.time.Duration;

/// How tired a person is of messages: one for each, halved every three days.
///
/// A sum of exponentials, so it does not matter in which order late news of messages arrives.
public record Fatigue(double level, long atMillis) {
    public static final Fatigue NONE = new Fatigue(0, 0);

    private static final double HALF_LIFE_MILLIS = Duration.ofDays(3).toMillis();

    /// The level at a time, later or earlier.
    public double at(long millis) {
        return level == 0 ? 0 : level * Math.pow(2, (atMillis - millis) / HALF_LIFE_MILLIS);
    }

    /// After one more message, which may be older than the last one counted.
    public Fatigue plus(long millis, double weight) {
        long latest = Math.max(atMillis, millis);
        double added = weight * Math.pow(2, (millis - latest) / HALF_LIFE_MILLIS);
        return new Fatigue(at(latest) + added, latest);
    }
}
