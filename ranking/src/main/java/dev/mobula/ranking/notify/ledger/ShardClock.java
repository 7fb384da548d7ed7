package dev.mobula.ranking.notify.ledger;

import java.time.Duration;

/// The time of one ledger: it never goes back, and does not follow a wall clock that leaps.
///
/// While the wall is more than ten minutes ahead of what has passed by the monotonic clock, or away from the peers, time
/// goes on by the monotonic clock alone and is marked suspect. Not thread-safe.
public final class ShardClock {
    private static final long LEAP_MILLIS = Duration.ofMinutes(10).toMillis();
    private static final long NANOS_PER_MILLI = 1_000_000;

    private long millis;
    private long nanos;
    private boolean peersDisagree;

    /// Starts at the later of the last stored time and the wall.
    public ShardClock(long storedMillis, long wallMillis, long monotonicNanos) {
        millis = Math.max(storedMillis, wallMillis);
        nanos = monotonicNanos;
    }

    /// The moment that these two clocks show.
    public Moment read(long wallMillis, long monotonicNanos) {
        long passed = Math.max(0, (monotonicNanos - nanos) / NANOS_PER_MILLI);
        nanos += passed * NANOS_PER_MILLI;
        boolean leapt = wallMillis > millis + passed + LEAP_MILLIS;
        millis = leapt ? millis + passed : Math.max(millis, wallMillis);
        return new Moment(millis, leapt || peersDisagree);
    }

    /// Compares with the time of the other ledgers.
    public void comparePeers(long peersMillis) {
        peersDisagree = Math.abs(peersMillis - millis) > LEAP_MILLIS;
    }

    /// Believes the wall after a leap, because the peers or a person confirm it.
    public void trust(long wallMillis, long monotonicNanos) {
        millis = Math.max(millis, wallMillis);
        nanos = monotonicNanos;
        peersDisagree = false;
    }
}
