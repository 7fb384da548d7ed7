package dev.mobula.ranking.notify.window;

import dev.mobula.ranking.RankingException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;

/// All quiet hours that hold for a message: of the user, of the channel, of the law, in every zone the user may be in.
public record QuietSchedule(List<QuietHours> hours, List<ZoneId> zones) {
    public static final int HOURS_MAX = 16;
    public static final int ZONES_MAX = 64;
    public static final QuietSchedule NONE = new QuietSchedule(List.of(), List.of());

    private static final long HORIZON_MILLIS = Duration.ofDays(8).toMillis();
    private static final long JITTER_MILLIS = Duration.ofMinutes(15).toMillis();

    public QuietSchedule {
        hours = List.copyOf(hours);
        zones = List.copyOf(zones);
        if (hours.size() > HOURS_MAX || zones.size() > ZONES_MAX) {
            throw new RankingException(
                    RankingException.Code.INVALID_REQUEST,
                    "quiet schedule: hours=%d (at most %d) zones=%d (at most %d)"
                            .formatted(hours.size(), HOURS_MAX, zones.size(), ZONES_MAX));
        }
    }

    public boolean isQuiet(long millis) {
        return quietUntil(millis) > millis;
    }

    /// The first instant from here on that is not quiet; empty when the quiet has no end.
    public OptionalLong nextAllowed(long millis) {
        long at = millis;
        long end = quietUntil(at);
        while (end > at && end - millis < HORIZON_MILLIS) {
            at = end;
            end = quietUntil(at);
        }
        return end > at ? OptionalLong.empty() : OptionalLong.of(at);
    }

    /// When a deferred message may go: up to a quarter of an hour after the quiet, so that not everybody's message goes
    /// at its very end.
    public OptionalLong deferredTo(long millis, long userId) {
        OptionalLong allowed = nextAllowed(millis);
        if (allowed.isEmpty() || allowed.getAsLong() == millis) {
            return allowed;
        }
        long jittered = allowed.getAsLong() + Math.floorMod(mix(userId), JITTER_MILLIS);
        return isQuiet(jittered) ? allowed : OptionalLong.of(jittered);
    }

    private static long mix(long id) {
        long mixed = (id ^ (id >>> 33)) * 0xff51afd7ed558ccdL;
        return mixed ^ (mixed >>> 33);
    }

    private long quietUntil(long millis) {
        long until = millis;
        for (ZoneId zone : zones) {
            LocalDate today = Instant.ofEpochMilli(millis).atZone(zone).toLocalDate();
            for (QuietHours stretch : hours) {
                for (int back = -1; back <= 2; back++) {
                    LocalDate date = today.minusDays(back);
                    until = Math.max(until, stretch.endIfHolds(date, zone, millis));
                }
            }
        }
        return until;
    }
}
