package dev.mobula.ranking.notify.ledger;

import static dev.mobula.ranking.notify.ledger.Fixture.USER;
import static dev.mobula.ranking.notify.ledger.Fixture.hours;
import static dev.mobula.ranking.notify.ledger.Fixture.millis;
import static dev.mobula.ranking.notify.ledger.Fixture.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Channel;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class DigestTest {
    private static final DigestPlan HOURLY = new DigestPlan(-1, hours(1), 2, 1, false);

    private final Fixture fixture = Fixture.with(policy(0, Limit.perDay(2)));

    @Test
    void aWindowIsOneMessageOfItsBestItems() {
        Reply.DigestWaits first = add("a", 1, HOURLY);
        add("b", 3, HOURLY);
        add("a", 2, HOURLY);
        add("c", 0.5, HOURLY);
        assertThat(first.dueAtMillis()).isEqualTo(fixture.now + hours(1));
        assertThat(due()).isEmpty();
        fixture.now = first.dueAtMillis();
        Reply.DigestReady ready = ready(due().getFirst());
        assertThat(ready.items()).containsExactly("b", "a");
        assertThat(fixture.budget().counters().getFirst().reserved()).isEqualTo(1);
        assertThat(due()).isEmpty();
    }

    @Test
    void aFlushThatCrashedGivesTheSameMessageAgain() {
        fixture.now = add("a", 1, HOURLY).dueAtMillis();
        Command.FlushDigest flush = due().getFirst();
        Reply.DigestReady ready = ready(flush);
        fixture.ledger = fixture.ledger.successor(2);
        assertThat(ready(flush)).isEqualTo(ready);
        assertThat(fixture.budget().counters().getFirst().reserved()).isEqualTo(1);
    }

    @Test
    void aLateItemGoesIntoTheNextWindow() {
        fixture.now = add("a", 1, HOURLY).dueAtMillis();
        Command.FlushDigest flush = due().getFirst();
        assertThat(ready(flush).items()).containsExactly("a");
        Reply.DigestWaits next = add("b", 1, HOURLY);
        assertThat(next.windowStartMillis()).isEqualTo(fixture.now);
        assertThat(ready(flush).items()).containsExactly("a");
        fixture.now = next.dueAtMillis();
        assertThat(ready(due().getFirst()).items()).containsExactly("b");
    }

    @Test
    void expiredItemsAreLeftOutAndAnEmptyWindowEnds() {
        Reply.DigestWaits first = (Reply.DigestWaits) fixture.apply(item("a", 1, 60, HOURLY));
        fixture.now = first.dueAtMillis();
        assertThat(fixture.apply(due().getFirst()))
                .isEqualTo(new Reply.DigestWaits(first.windowStartMillis(), 0));
        assertThat(fixture.budget().counters().getFirst().reserved()).isZero();
    }

    @Test
    void tooFewItemsWaitOnceAndAreThenSentOrDropped() {
        for (boolean sends : new boolean[] {true, false}) {
            DigestPlan plan = new DigestPlan(-1, hours(1), 5, 2, sends);
            fixture.now = add("a" + sends, 1, plan).dueAtMillis();
            Command.FlushDigest flush = due().getFirst();
            Reply.DigestWaits rolled = (Reply.DigestWaits) fixture.apply(flush);
            assertThat(rolled.dueAtMillis()).isEqualTo(fixture.now + hours(1));
            fixture.now = rolled.dueAtMillis();
            Reply last = fixture.apply(due().getFirst());
            assertThat(last)
                    .isInstanceOf(sends ? Reply.DigestReady.class : Reply.DigestWaits.class);
            assertThat(due()).isEmpty();
        }
    }

    @Test
    void aWindowIsCutAtTheUsersTimeOfDay() {
        fixture.done(new Command.PutContact(USER, Contact.UNKNOWN.in("Europe/Paris")));
        DigestPlan evening = new DigestPlan(18 * 60, hours(48), 5, 1, false);
        assertThat(add("a", 1, evening).dueAtMillis()).isEqualTo(millis("2026-06-10T16:00:00Z"));
    }

    @Test
    void aDigestThatFindsNoRoomTriesAgainLater() {
        fixture.send(fixture.push());
        fixture.send(fixture.push());
        fixture.now = add("a", 1, HOURLY).dueAtMillis();
        Reply.DigestWaits denied = (Reply.DigestWaits) fixture.apply(due().getFirst());
        assertThat(denied.dueAtMillis()).isEqualTo(millis("2026-06-11T00:00:00Z"));
        add("b", 5, HOURLY);
        fixture.now = denied.dueAtMillis();
        assertThat(ready(due().getFirst()).items()).containsExactly("b", "a");
    }

    @Test
    void aWindowHoldsABoundedNumberOfItems() {
        DigestPlan plan = new DigestPlan(-1, hours(1), DigestPlan.ITEMS_MAX, 1, false);
        for (int i = 0; i < DigestPlan.ITEMS_MAX + 5; i++) {
            add("item-" + i, i, plan);
        }
        fixture.after(Duration.ofHours(1));
        assertThat(ready(due().getFirst()).items())
                .hasSize(DigestPlan.ITEMS_MAX)
                .startsWith("item-260")
                .doesNotContain("item-4");
    }

    private Reply.DigestWaits add(String item, double value, DigestPlan plan) {
        return (Reply.DigestWaits) fixture.apply(item(item, value, hours(48) / 1000, plan));
    }

    private Command item(String item, double value, long seconds, DigestPlan plan) {
        return new Command.AddDigestItem(
                USER,
                Channel.EMAIL,
                "news",
                "daily",
                item,
                value,
                fixture.now + seconds * 1000,
                plan);
    }

    private List<Command.FlushDigest> due() {
        return Ledger.dueDigests(fixture.ledger.rows(), fixture.now, 10);
    }

    private Reply.DigestReady ready(Command.FlushDigest flush) {
        Reply reply = fixture.apply(flush);
        assertThat(reply).isInstanceOf(Reply.DigestReady.class);
        return (Reply.DigestReady) reply;
    }
}
