package dev.mobula.ranking.notify.window;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;

/// The days and ISO weeks of a zone, as windows that tile time without gap or overlap.
public final class CalendarWindows {
    /*
     * A date starts at the first instant that carries it. Starts never decrease with the date, so
     * the window of an instant is the one last date whose start is not after it. Two things follow
     * without a special case: a date that a zone skipped has length zero and is never found, and a
     * clock that is put back across midnight does not open yesterday again.
     *
     * An open window keeps its end whatever happens to the user's zone or to the zone's rules. The
     * next one starts there and ends with the new zone's first period that is at least half a period
     * away: whoever travels never gets two daily budgets within twelve hours.
     */
    private CalendarWindows() {}

    /// The window of the zone's own calendar that holds an instant.
    public static Window at(Period period, ZoneId zone, long millis) {
        LocalDate day = dayAt(period, zone, millis);
        return new Window(
                period,
                day,
                startMillis(day, zone),
                startMillis(period.following(day), zone),
                zone);
    }

    /// The window in force: the open one until its end, then the ones that follow it in the zone.
    ///
    /// An instant before the open window holds it, too: a clock that is put back opens nothing.
    public static Window inForce(Window open, ZoneId zone, long millis) {
        if (millis < open.endMillis()) {
            return open;
        }
        Window next = following(open, zone);
        return millis < next.endMillis() ? next : at(open.period(), zone, millis);
    }

    /// The window that starts where the open one ends.
    public static Window following(Window open, ZoneId zone) {
        Period period = open.period();
        long start = open.endMillis();
        LocalDate day = dayAt(period, zone, start);
        LocalDate end = period.following(day);
        while (startMillis(end, zone) < start + period.leastMillis()) {
            day = end;
            end = period.following(end);
        }
        return new Window(period, day, start, startMillis(end, zone), zone);
    }

    private static LocalDate dayAt(Period period, ZoneId zone, long millis) {
        LocalDate day = period.firstDay(Instant.ofEpochMilli(millis).atZone(zone).toLocalDate());
        while (startMillis(day, zone) > millis) {
            day = period.preceding(day);
        }
        while (startMillis(period.following(day), zone) <= millis) {
            day = period.following(day);
        }
        return day;
    }

    private static long startMillis(LocalDate day, ZoneId zone) {
        return day.atStartOfDay(zone).toInstant().toEpochMilli();
    }
}
