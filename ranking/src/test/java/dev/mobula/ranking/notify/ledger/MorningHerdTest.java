package dev.mobula.ranking.notify.ledger;

import static dev.mobula.ranking.notify.ledger.Fixture.hours;
import static dev.mobula.ranking.notify.ledger.Fixture.millis;
import static dev.mobula.ranking.notify.ledger.Fixture.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.window.QuietHours;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Everybody's quiet hours end at eight, and everybody has something waiting.
final class MorningHerdTest {
    private static final String THROUGHPUT = "throughput/PUSH/08";
    private static final int USERS = 20_000;
    private static final int UNITS = 12_000;
    private static final int MINUTES = 15;
    private static final double ABOVE_MEAN_MAX = 1.15;

    @Test
    void aQuarterOfAnHourFlattensItAndTheHoursThroughputHolds() {
        Fixture fixture = Fixture.with(policy(0, Limit.perDay(3)));
        fixture.now = millis("2026-06-11T06:00:00Z");
        long eight = millis("2026-06-11T08:00:00Z");
        fixture.done(new Command.AddLease(THROUGHPUT, 1, 1, UNITS));
        long[] again = new long[USERS];
        int[] perMinute = new int[MINUTES];
        for (int user = 0; user < USERS; user++) {
            fixture.done(new Command.PutContact(owner(user), sleepsUntilEight()));
            again[user] =
                    fixture.denied(request(fixture, user, "early"), Denial.QUIET_HOURS)
                            .retryAtMillis();
            perMinute[(int) ((again[user] - eight) / 60_000)]++;
        }
        double mean = (double) USERS / MINUTES;
        assertThat(Arrays.stream(perMinute).max().orElse(0))
                .isLessThan((int) (ABOVE_MEAN_MAX * mean));
        assertThat(Arrays.stream(perMinute).min().orElse(0))
                .isGreaterThan((int) (mean / ABOVE_MEAN_MAX));
        assertThat(granted(fixture, again)).isEqualTo(UNITS);
    }

    private static int granted(Fixture fixture, long[] again) {
        int granted = 0;
        for (int user = 0; user < USERS; user++) {
            fixture.now = Math.max(fixture.now, again[user]);
            Reply reply = fixture.apply(request(fixture, user, "again"));
            if (reply instanceof Reply.Granted) {
                granted++;
            } else {
                assertThat(((Reply.Denied) reply).reason())
                        .isIn(Denial.CAMPAIGN_EXHAUSTED, Denial.PACED);
            }
        }
        return granted;
    }

    private static Contact sleepsUntilEight() {
        return new Contact(1, "UTC", List.of(QuietHours.of(22, 8)), Set.of(), Set.of(), Set.of());
    }

    private static UserKey owner(int user) {
        return new UserKey("acme", user);
    }

    private static Command.Reserve request(Fixture fixture, int user, String key) {
        return Command.Reserve.of(
                        owner(user), Channel.PUSH, "like", fixture.now + hours(12), key + user)
                .counting(THROUGHPUT);
    }
}
