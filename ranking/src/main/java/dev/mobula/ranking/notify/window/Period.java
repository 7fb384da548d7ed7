package dev.mobula.ranking.notify.window;

import java.time.DayOfWeek;
import java.time.Duration;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;

/// The calendar period a budget is counted by.
public enum Period {
    DAY(1),
    /// Monday to Sunday.
    ISO_WEEK(7);

    private final int days;

    Period(int days) {
        this.days = days;
    }

    /// The first day of the period that holds this date.
    LocalDate firstDay(LocalDate date) {
        return this == DAY ? date : date.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
    }

    LocalDate following(LocalDate firstDay) {
        return firstDay.plusDays(days);
    }

    LocalDate preceding(LocalDate firstDay) {
        return firstDay.minusDays(days);
    }

    /// A window after a change of zone is at least this long.
    long leastMillis() {
        return Duration.ofHours(12).multipliedBy(days).toMillis();
    }
}
