package dev.mobula.ranking.notify.window;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.testing.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class QuietScheduleTest {
    private static final ZoneId NEW_YORK = ZoneId.of("America/New_York");
    private static final QuietHours NIGHT = QuietHours.of(22, 8);

    @Test
    void aNightPassesMidnight() {
        QuietSchedule night = new QuietSchedule(List.of(NIGHT), List.of(ZoneOffset.UTC));
        assertThat(night.nextAllowed(millis("2026-06-10T23:00:00Z")))
                .hasValue(millis("2026-06-11T08:00:00Z"));
        assertThat(night.nextAllowed(millis("2026-06-11T03:00:00Z")))
                .hasValue(millis("2026-06-11T08:00:00Z"));
        assertThat(night.isQuiet(millis("2026-06-11T08:00:00Z"))).isFalse();
        assertThat(night.isQuiet(millis("2026-06-11T22:00:00Z"))).isTrue();
    }

    @Test
    void anEndEqualToTheStartIsNoQuiet() {
        QuietSchedule none =
                new QuietSchedule(List.of(QuietHours.of(9, 9)), List.of(ZoneOffset.UTC));
        assertThat(none.isQuiet(millis("2026-06-10T09:00:00Z"))).isFalse();
    }

    @Test
    void aBoundThatTheClockSkipsMovesToWhereItGoesOn() {
        QuietSchedule until = schedule(new QuietHours(0, 150), NEW_YORK);
        assertThat(until.nextAllowed(millis("2026-03-08T06:00:00Z")))
                .hasValue(millis("2026-03-08T07:00:00Z"));
        QuietSchedule from = schedule(new QuietHours(150, 300), NEW_YORK);
        assertThat(from.isQuiet(millis("2026-03-08T06:59:59Z"))).isFalse();
        assertThat(from.isQuiet(millis("2026-03-08T07:00:00Z"))).isTrue();
    }

    @Test
    void ofATimeThatComesTwiceTheStartIsTheFirstAndTheEndTheSecond() {
        QuietSchedule from = schedule(new QuietHours(90, 300), NEW_YORK);
        assertThat(from.isQuiet(millis("2026-11-01T05:29:59Z"))).isFalse();
        assertThat(from.isQuiet(millis("2026-11-01T05:30:00Z"))).isTrue();
        QuietSchedule until = schedule(new QuietHours(0, 90), NEW_YORK);
        assertThat(until.nextAllowed(millis("2026-11-01T05:00:00Z")))
                .hasValue(millis("2026-11-01T06:30:00Z"));
    }

    @Test
    void aSkippedDayDoesNotEndTheNight() {
        QuietSchedule night = schedule(NIGHT, ZoneId.of("Pacific/Apia"));
        assertThat(night.nextAllowed(millis("2011-12-30T09:00:00Z")))
                .hasValue(millis("2011-12-30T18:00:00Z"));
    }

    @Test
    void anUnknownZoneIsQuietWheneverAnyZoneOfTheCountryIs() {
        ZoneId losAngeles = ZoneId.of("America/Los_Angeles");
        UserZone zone = UserZone.of("Mars/Olympus", NEW_YORK, List.of(losAngeles));
        assertThat(zone.known()).isFalse();
        assertThat(zone.days()).isEqualTo(NEW_YORK);
        QuietSchedule night = new QuietSchedule(List.of(NIGHT), zone.quiet());
        assertThat(night.nextAllowed(millis("2026-06-11T02:00:00Z")))
                .hasValue(millis("2026-06-11T15:00:00Z"));
    }

    @Test
    void aQuietWithoutEndAllowsNothing() {
        QuietSchedule always =
                new QuietSchedule(
                        List.of(QuietHours.of(0, 12), QuietHours.of(12, 0)),
                        List.of(ZoneOffset.UTC));
        assertThat(always.nextAllowed(0)).isEmpty();
    }

    @Test
    void deferredMessagesSpreadOverAQuarterOfAnHour() {
        QuietSchedule night = schedule(NIGHT, ZoneOffset.UTC);
        long end = millis("2026-06-11T08:00:00Z");
        int[] perMinute = new int[15];
        for (long user = 0; user < 15_000; user++) {
            long at = night.deferredTo(millis("2026-06-11T01:00:00Z"), user).orElseThrow();
            perMinute[(int) ((at - end) / 60_000)]++;
        }
        assertThat(perMinute).doesNotContain(0);
        for (int users : perMinute) {
            assertThat(users).isBetween(800, 1_200);
        }
        assertThat(night.deferredTo(end, 7)).hasValue(end);
    }

    /// Minute by minute, a plain clock on the wall says the same, away from clock changes.
    @Test
    void quietIsWhatTheClockOnTheWallSays() {
        Seeds.forAll(
                300,
                random -> {
                    List<QuietHours> hours = new ArrayList<>();
                    for (int i = random.nextInt(1, 4); i > 0; i--) {
                        hours.add(new QuietHours(random.nextInt(1440), random.nextInt(1440)));
                    }
                    ZoneId zone = ZoneOffset.ofTotalSeconds(900 * random.nextInt(-48, 56));
                    QuietSchedule schedule = new QuietSchedule(hours, List.of(zone));
                    long start = random.nextLong(2_000_000_000_000L) / 60_000 * 60_000;
                    long at = start;
                    while (isQuietOnTheWall(hours, zone, at)
                            && at < start + Duration.ofDays(2).toMillis()) {
                        at += 60_000;
                    }
                    OptionalLong expected =
                            at < start + Duration.ofDays(2).toMillis()
                                    ? OptionalLong.of(at)
                                    : OptionalLong.empty();
                    assertThat(schedule.nextAllowed(start)).isEqualTo(expected);
                });
    }

    private static boolean isQuietOnTheWall(List<QuietHours> hours, ZoneId zone, long millis) {
        LocalTime time = Instant.ofEpochMilli(millis).atZone(zone).toLocalTime();
        int minute = time.getHour() * 60 + time.getMinute();
        return hours.stream()
                .anyMatch(
                        stretch ->
                                stretch.startMinute() <= stretch.endMinute()
                                        ? stretch.startMinute() <= minute
                                                && minute < stretch.endMinute()
                                        : minute >= stretch.startMinute()
                                                || minute < stretch.endMinute());
    }

    private static QuietSchedule schedule(QuietHours hours, ZoneId zone) {
        return new QuietSchedule(List.of(hours), List.of(zone));
    }

    private static long millis(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }
}
