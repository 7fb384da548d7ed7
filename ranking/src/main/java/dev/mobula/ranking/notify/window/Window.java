package dev.mobula.ranking.notify.window;

import dev.mobula.ranking.RankingException;
import java.time.LocalDate;
import java.time.ZoneId;

/// A stretch of time that one budget is for, as instants that never change once it is open.
///
/// @param firstDay the local date it is named after; the instants say where it lies
/// @param zone the zone in which its end was computed
public record Window(
        Period period, LocalDate firstDay, long startMillis, long endMillis, ZoneId zone) {
    public Window {
        if (startMillis >= endMillis) {
            throw new RankingException(
                    RankingException.Code.INVALID_REQUEST,
                    "window of " + firstDay + ": start=" + startMillis + " end=" + endMillis);
        }
    }

    public boolean contains(long millis) {
        return startMillis <= millis && millis < endMillis;
    }
}
