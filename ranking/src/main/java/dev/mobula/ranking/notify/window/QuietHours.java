package dev.mobula.ranking.notify.window;

import dev.mobula.ranking.RankingException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneRules;
import java.util.List;

/// A stretch of local time, by the minute of the day, in which nothing disturbs; it may pass midnight.
///
/// An end equal to the start means no quiet at all.
public record QuietHours(int startMinute, int endMinute) {
    private static final int MINUTES_PER_DAY = 24 * 60;

    public QuietHours {
        if (startMinute < 0
                || startMinute >= MINUTES_PER_DAY
                || endMinute < 0
                || endMinute >= MINUTES_PER_DAY) {
            throw new RankingException(
                    RankingException.Code.INVALID_REQUEST,
                    "quiet hours: startMinute=%d endMinute=%d, must be 0..%d"
                            .formatted(startMinute, endMinute, MINUTES_PER_DAY - 1));
        }
    }

    /// From hour to hour.
    public static QuietHours of(int startHour, int endHour) {
        return new QuietHours(startHour * 60, endHour * 60);
    }

    /// The end of the quiet that starts on a date and holds the instant; the instant itself when it does not.
    ///
    /// Quiet is the longer reading: a bound that the clock skips moves to where the clock goes on, and of a time that
    /// comes twice the start takes the first, the end the second.
    long endIfHolds(LocalDate date, ZoneId zone, long millis) {
        if (startMinute == endMinute) {
            return millis;
        }
        LocalDateTime start = date.atStartOfDay().plusMinutes(startMinute);
        LocalDate lastDate = endMinute < startMinute ? date.plusDays(1) : date;
        LocalDateTime end = lastDate.atStartOfDay().plusMinutes(endMinute);
        ZoneRules rules = zone.getRules();
        return millis >= instant(start, rules, true)
                ? Math.max(millis, instant(end, rules, false))
                : millis;
    }

    private static long instant(LocalDateTime local, ZoneRules rules, boolean first) {
        List<ZoneOffset> offsets = rules.getValidOffsets(local);
        return offsets.isEmpty()
                ? rules.getTransition(local).getInstant().toEpochMilli()
                : local.toInstant(first ? offsets.getFirst() : offsets.getLast()).toEpochMilli();
    }
}
