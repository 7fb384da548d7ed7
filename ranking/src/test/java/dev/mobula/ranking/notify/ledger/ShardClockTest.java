package dev.mobula.ranking.notify.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mobula.testing.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ShardClockTest {
    private static final long MINUTE = 60_000;
    private static final long MINUTE_NANOS = 60_000_000_000L;

    @Test
    void itStartsNoEarlierThanItEnded() {
        assertThat(new ShardClock(500, 100, 0).read(100, 0)).isEqualTo(Moment.at(500));
        assertThat(new ShardClock(500, 900, 0).read(900, 0)).isEqualTo(Moment.at(900));
    }

    @Test
    void aWallThatGoesBackIsWaitedFor() {
        ShardClock clock = new ShardClock(0, 60 * MINUTE, 0);
        assertThat(clock.read(30 * MINUTE, MINUTE_NANOS)).isEqualTo(Moment.at(60 * MINUTE));
        assertThat(clock.read(61 * MINUTE, 2 * MINUTE_NANOS)).isEqualTo(Moment.at(61 * MINUTE));
    }

    @Test
    void aWallThatLeapsIsNotFollowed() {
        ShardClock clock = new ShardClock(0, 0, 0);
        assertThat(clock.read(12 * MINUTE, MINUTE_NANOS)).isEqualTo(new Moment(MINUTE, true));
        assertThat(clock.read(13 * MINUTE, 2 * MINUTE_NANOS))
                .isEqualTo(new Moment(2 * MINUTE, true));
        assertThat(clock.read(3 * MINUTE, 3 * MINUTE_NANOS)).isEqualTo(Moment.at(3 * MINUTE));
        clock.read(90 * MINUTE, 4 * MINUTE_NANOS);
        clock.trust(90 * MINUTE, 4 * MINUTE_NANOS);
        assertThat(clock.read(91 * MINUTE, 5 * MINUTE_NANOS)).isEqualTo(Moment.at(91 * MINUTE));
    }

    @Test
    void aClockThatDisagreesWithItsPeersIsSuspect() {
        ShardClock clock = new ShardClock(0, 60 * MINUTE, 0);
        clock.comparePeers(40 * MINUTE);
        assertThat(clock.read(60 * MINUTE, 0).suspect()).isTrue();
        clock.comparePeers(55 * MINUTE);
        assertThat(clock.read(60 * MINUTE, 0).suspect()).isFalse();
    }

    @Test
    void fatigueDoesNotDependOnTheOrderOfTheNews() {
        Seeds.forAll(
                200,
                random -> {
                    List<Long> times = new ArrayList<>();
                    for (int i = 0; i < 20; i++) {
                        times.add(random.nextLong(30 * 24 * 60 * MINUTE));
                    }
                    Fatigue arrived = Fatigue.NONE;
                    for (long time : times) {
                        arrived = arrived.plus(time, 1);
                    }
                    Collections.sort(times);
                    Fatigue sorted = Fatigue.NONE;
                    for (long time : times) {
                        sorted = sorted.plus(time, 1);
                    }
                    long now = 31 * 24 * 60 * MINUTE;
                    assertThat(arrived.at(now)).isCloseTo(sorted.at(now), within(1e-12));
                });
        Fatigue one = Fatigue.NONE.plus(0, 1);
        assertThat(one.at(3 * 24 * 60 * MINUTE)).isCloseTo(0.5, within(1e-12));
    }
}
