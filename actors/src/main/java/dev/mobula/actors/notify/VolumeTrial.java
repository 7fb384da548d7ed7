package dev.mobula.actors.notify;

import dev.mobula.ranking.notify.ledger.UserKey;
import java.time.Duration;
import java.util.Optional;

/// Weeks of people in which chance alone says how many messages they get, so that what volume does can be learned.
///
/// @param share of all people's weeks
record VolumeTrial(double share) {
    /*
     * By a hash of the person and the week, a few weeks are drawn, and for each the chance of sending:
     * few, half or most of the opportunities. Each opportunity of such a week then is a coin of that
     * chance, whatever the message is worth; no chance is 0 or 1, so the log can judge any policy.
     */
    private static final long WEEK_MILLIS = Duration.ofDays(7).toMillis();
    private static final double[] CHANCES = {0.2, 0.5, 0.8};

    VolumeTrial {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share=" + share + ": must be 0 to 1");
        }
    }

    /// The week that a moment is in.
    static long week(long millis) {
        return Math.floorDiv(millis, WEEK_MILLIS);
    }

    static long endMillis(long week) {
        return (week + 1) * WEEK_MILLIS;
    }

    /// The chance of sending in a person's week; none when it is like any other.
    Optional<Double> chance(UserKey owner, long now) {
        if (share == 0) {
            return Optional.empty();
        }
        long mixed = mixed(owner.tenant().hashCode() * 31L + owner.user(), week(now));
        double uniform = (mixed >>> 11) * 0x1.0p-53;
        return uniform < share
                ? Optional.of(CHANCES[Math.floorMod(mixed(mixed, 1), CHANCES.length)])
                : Optional.empty();
    }

    private static long mixed(long one, long other) {
        long mixed = (one ^ other * 0xC2B2AE3D27D4EB4FL) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return mixed ^ (mixed >>> 29);
    }

    /// How likely just so many messages were in a week of so many opportunities.
    static double probability(int sends, int opportunities) {
        double sum = 0;
        for (double chance : CHANCES) {
            double likely = Math.pow(1 - chance, opportunities - sends) * Math.pow(chance, sends);
            sum += likely / CHANCES.length;
        }
        for (int i = 0; i < sends; i++) {
            sum *= (opportunities - i) / (double) (i + 1);
        }
        return Math.min(1, sum);
    }
}
