package dev.mobula.ranking.notify.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class CalendarWindowsTest {
    private static final long FIRST = millis("1970-01-01T00:00:00Z");
    private static final long LAST = millis("2038-01-01T00:00:00Z");
    private static final List<ZoneId> ZONES =
            ZoneId.getAvailableZoneIds().stream().sorted().map(ZoneId::of).toList();

    /// The published vectors: zone, date, the instant at which the day starts, its length.
    @ParameterizedTest
    @CsvSource({
        "America/New_York,    2026-03-08, 2026-03-08T05:00:00Z, PT23H",
        "America/New_York,    2026-11-01, 2026-11-01T04:00:00Z, PT25H",
        "Africa/Cairo,        2024-04-26, 2024-04-25T22:00:00Z, PT23H",
        "Asia/Beirut,         2026-03-29, 2026-03-28T22:00:00Z, PT23H",
        "America/Santiago,    2026-09-06, 2026-09-06T04:00:00Z, PT23H",
        "America/Santiago,    2026-04-04, 2026-04-04T03:00:00Z, PT25H",
        "America/Havana,      2026-11-01, 2026-11-01T04:00:00Z, PT25H",
        "Australia/Lord_Howe, 2026-10-04, 2026-10-03T13:30:00Z, PT23H30M",
        "Australia/Lord_Howe, 2026-04-05, 2026-04-04T13:00:00Z, PT24H30M",
        "Pacific/Apia,        2011-12-29, 2011-12-29T10:00:00Z, PT24H",
        "Pacific/Apia,        2011-12-31, 2011-12-30T10:00:00Z, PT24H",
        "Asia/Kathmandu,      2026-06-01, 2026-05-31T18:15:00Z, PT24H",
        "America/St_Johns,    2010-11-06, 2010-11-06T02:30:00Z, PT24H",
    })
    void daysAreAsLongAsTheZoneMakesThem(
            String zone, LocalDate date, Instant start, Duration length) {
        Window day = CalendarWindows.at(Period.DAY, ZoneId.of(zone), start.toEpochMilli());
        assertThat(day.firstDay()).isEqualTo(date);
        assertThat(day.startMillis()).isEqualTo(start.toEpochMilli());
        assertThat(day.endMillis()).isEqualTo(start.plus(length).toEpochMilli());
    }

    @ParameterizedTest
    @CsvSource({
        "Africa/Cairo,     2024-04-26, 01:00",
        "Asia/Beirut,      2026-03-29, 01:00",
        "America/Santiago, 2026-09-06, 01:00",
    })
    void aDayWithoutMidnightStartsAtItsFirstHour(String zone, LocalDate date, String firstTime) {
        long noon = date.atTime(12, 0).atZone(ZoneId.of(zone)).toInstant().toEpochMilli();
        Window day = CalendarWindows.at(Period.DAY, ZoneId.of(zone), noon);
        assertThat(Instant.ofEpochMilli(day.startMillis()).atZone(ZoneId.of(zone)))
                .hasToString(day(zone, date, firstTime));
    }

    private static String day(String zone, LocalDate date, String time) {
        return LocalDateTime.parse(date + "T" + time).atZone(ZoneId.of(zone)).toString();
    }

    @Test
    void aDayThatTheZoneSkippedIsNeverFound() {
        ZoneId apia = ZoneId.of("Pacific/Apia");
        Window before = CalendarWindows.at(Period.DAY, apia, millis("2011-12-30T09:59:59.999Z"));
        assertThat(before.firstDay()).isEqualTo("2011-12-29");
        Window after = CalendarWindows.inForce(before, apia, before.endMillis());
        assertThat(after.firstDay()).isEqualTo("2011-12-31");
        assertThat(after.startMillis()).isEqualTo(before.endMillis());
    }

    @Test
    void anHourThatComesTwiceAtMidnightOpensOneDay() {
        ZoneId havana = ZoneId.of("America/Havana");
        Window first = CalendarWindows.at(Period.DAY, havana, millis("2026-11-01T04:30:00Z"));
        assertThat(CalendarWindows.inForce(first, havana, millis("2026-11-01T05:30:00Z")))
                .isSameAs(first);
        ZoneId newYork = ZoneId.of("America/New_York");
        Window day = CalendarWindows.at(Period.DAY, newYork, millis("2026-11-01T05:30:00Z"));
        assertThat(CalendarWindows.at(Period.DAY, newYork, millis("2026-11-01T06:30:00Z")))
                .isEqualTo(day);
    }

    /// At 00:01 the clock went back to 23:01: yesterday's date is shown again, yesterday's budget is not.
    @Test
    void aClockPutBackAcrossMidnightDoesNotOpenYesterdayAgain() {
        ZoneId stJohns = ZoneId.of("America/St_Johns");
        long again = millis("2010-11-07T03:00:00Z");
        assertThat(Instant.ofEpochMilli(again).atZone(stJohns).toLocalDate())
                .isEqualTo("2010-11-06");
        assertThat(CalendarWindows.at(Period.DAY, stJohns, again).firstDay())
                .isEqualTo("2010-11-07");
    }

    @Test
    void anOpenWindowKeepsItsEndWhenTheZoneChanges() {
        ZoneId paris = ZoneId.of("Europe/Paris");
        ZoneId tokyo = ZoneId.of("Asia/Tokyo");
        Window open = CalendarWindows.at(Period.DAY, paris, millis("2026-06-10T10:00:00Z"));
        assertThat(CalendarWindows.inForce(open, tokyo, open.endMillis() - 1)).isSameAs(open);
        Window next = CalendarWindows.inForce(open, tokyo, open.endMillis());
        assertThat(next.startMillis()).isEqualTo(millis("2026-06-10T22:00:00Z"));
        assertThat(next.endMillis()).isEqualTo(millis("2026-06-11T15:00:00Z"));
    }

    @Test
    void aNextWindowShorterThanHalfADayIsLengthened() {
        ZoneId kiritimati = ZoneId.of("Pacific/Kiritimati");
        ZoneId midway = ZoneId.of("Pacific/Midway");
        long now = millis("2026-06-10T09:59:00Z");
        assertThat(LocalDateTime.ofInstant(Instant.ofEpochMilli(now), kiritimati))
                .isEqualTo(
                        LocalDateTime.ofInstant(Instant.ofEpochMilli(now), midway).plusHours(25));
        Window open = CalendarWindows.at(Period.DAY, kiritimati, now);
        Window next = CalendarWindows.following(open, midway);
        assertThat(next.startMillis()).isEqualTo(open.endMillis());
        assertThat(Duration.ofMillis(next.endMillis() - next.startMillis()))
                .isEqualTo(Duration.ofHours(25));
    }

    @Test
    void aClockBeforeTheOpenWindowOpensNothing() {
        ZoneId utc = ZoneOffset.UTC;
        Window open = CalendarWindows.at(Period.DAY, utc, millis("2026-06-10T10:00:00Z"));
        assertThat(CalendarWindows.inForce(open, utc, open.startMillis() - 1)).isSameAs(open);
    }

    @Test
    void travellersNeverGetTwoBudgetsWithinHalfAPeriod() {
        Seeds.forAll(
                2_000,
                random -> {
                    Period period = random.nextBoolean() ? Period.DAY : Period.ISO_WEEK;
                    long half = period == Period.DAY ? 12 : 84;
                    Window open =
                            CalendarWindows.at(period, zone(random), random.nextLong(FIRST, LAST));
                    for (int leg = 0; leg < 6; leg++) {
                        Window next = CalendarWindows.following(open, zone(random));
                        assertThat(next.startMillis()).isEqualTo(open.endMillis());
                        assertThat(next.endMillis() - next.startMillis())
                                .isGreaterThanOrEqualTo(Duration.ofHours(half).toMillis())
                                .isLessThanOrEqualTo(Duration.ofHours(3 * half).toMillis());
                        assertThat(next.firstDay()).isAfterOrEqualTo(open.firstDay());
                        open = next;
                    }
                });
    }

    private static ZoneId zone(SplittableRandom random) {
        return ZONES.get(random.nextInt(ZONES.size()));
    }

    @Test
    void windowsTileTimeAroundTheClockChangesOfEveryZone() {
        for (ZoneId zone : ZONES) {
            changes(zone)
                    .filter(change -> (change.hashCode() & 7) == 0)
                    .map(change -> change.getInstant().toEpochMilli())
                    .forEach(change -> assertTiles(zone, change - days(3), change + days(3)));
        }
    }

    @Test
    @Tag("long")
    void windowsTileTimeInEveryZone() {
        ZONES.forEach(zone -> assertTiles(zone, FIRST, LAST));
    }

    private static Stream<ZoneOffsetTransition> changes(ZoneId zone) {
        return Stream.iterate(
                zone.getRules().nextTransition(Instant.ofEpochMilli(FIRST)),
                change -> change != null && change.getInstant().toEpochMilli() < LAST,
                change -> zone.getRules().nextTransition(change.getInstant()));
    }

    private static void assertTiles(ZoneId zone, long from, long to) {
        for (Period period : Period.values()) {
            Window open = CalendarWindows.at(period, zone, from);
            assertThat(open.contains(from)).isTrue();
            while (open.endMillis() < to) {
                Window next = CalendarWindows.following(open, zone);
                boolean tiles =
                        next.startMillis() == open.endMillis()
                                && next.equals(CalendarWindows.at(period, zone, open.endMillis()))
                                && next.equals(
                                        CalendarWindows.at(period, zone, next.endMillis() - 1))
                                && next.firstDay().isAfter(open.firstDay());
                assertThat(tiles).as("%s: %s then %s", zone, open, next).isTrue();
                open = next;
            }
        }
    }

    private static long days(int count) {
        return Duration.ofDays(count).toMillis();
    }

    private static long millis(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }
}
