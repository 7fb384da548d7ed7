package dev.mobula.ranking.notify.ledger;

import static dev.mobula.ranking.notify.ledger.Fixture.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SpendingTest {
    private final InMemoryRows rows = new InMemoryRows();
    private final Ledger ledger = new Ledger(1);
    private long now = Fixture.millis("2026-06-10T09:30:00Z");

    SpendingTest() {
        apply(new Command.TakeOver());
        apply(new Command.PutPolicy("acme", policy(0, Limit.perDay(3))));
    }

    private Reply apply(Command command) {
        return rows.store(ledger.apply(command, Moment.at(now), rows)).reply();
    }

    private Reply.Granted granted(String key) {
        return (Reply.Granted) apply(request(key));
    }

    private Command.Reserve request(String key) {
        return Command.Reserve.of(Fixture.USER, Channel.PUSH, "like", now + Fixture.hours(9), key);
    }

    private void begin(Reply.Granted granted) {
        assertThat(apply(new Command.BeginSend(granted.id(), granted.fence())))
                .isInstanceOf(Reply.Standing.class);
    }

    @Test
    void everyUnitIsCountedOnceWhereItWentAndLooksCountNothing() {
        begin(granted("sent"));
        Reply.Granted returned = granted("returned");
        begin(returned);
        apply(new Command.Release(returned.id(), Command.Proof.PROVIDER_REJECTED));
        Reply.Granted forgotten = granted("forgotten");
        granted("third");
        apply(request("fourth"));
        apply(request("fourth"));
        assertThat(ledger.spending().all())
                .containsExactly(
                        new Spent(
                                "acme",
                                Channel.PUSH,
                                Fixture.millis("2026-06-10T09:00:00Z"),
                                4,
                                0,
                                2,
                                1,
                                Map.of(Denial.USER_DAY_CAP, 1L)));
        now += Fixture.hours(1);
        apply(new Command.GetReservation(forgotten.id()));
        apply(new Command.GetBudget(Fixture.USER));
        assertThat(ledger.spending().all()).hasSize(1);
        apply(new Command.Sweep(100));
        assertThat(ledger.spending().all().getLast().released()).isEqualTo(2);
    }

    @Test
    void whatWasCountedBeforeIsAddedAndTwoDaysAreKept() {
        Spending spending = new Spending();
        List<Spent> before =
                List.of(new Spent("acme", Channel.EMAIL, 0, 5, 1, 3, 0, Map.of(Denial.PACED, 2L)));
        spending.add(before);
        spending.add(before);
        assertThat(spending.all().getFirst())
                .isEqualTo(
                        new Spent("acme", Channel.EMAIL, 0, 10, 2, 6, 0, Map.of(Denial.PACED, 4L)));
        spending.deny("acme", Channel.PUSH, Fixture.hours(47), Denial.PACED);
        assertThat(spending.all()).hasSize(2);
        spending.deny("acme", Channel.PUSH, Fixture.hours(48), Denial.PACED);
        assertThat(spending.all()).extracting(Spent::channel).containsOnly(Channel.PUSH);
    }
}
