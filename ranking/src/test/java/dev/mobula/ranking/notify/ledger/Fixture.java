package dev.mobula.ranking.notify.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;

/// A ledger in memory with a clock that the test moves.
final class Fixture {
    static final UserKey USER = new UserKey("acme", 7);

    InMemoryLedger ledger = new InMemoryLedger();
    long now = Instant.parse("2026-06-10T09:00:00Z").toEpochMilli();
    private int keys;

    static Fixture with(BudgetPolicy policy) {
        Fixture fixture = new Fixture();
        fixture.done(new Command.PutPolicy(USER.tenant(), policy));
        return fixture;
    }

    static BudgetPolicy policy(int gapHours, Limit... limits) {
        return new BudgetPolicy(
                1,
                0,
                false,
                List.of(limits),
                Duration.ofHours(gapHours).toMillis(),
                0,
                10,
                2,
                Set.of("security"),
                List.of(),
                ZoneOffset.UTC,
                List.of());
    }

    Command.Reserve push() {
        return push("key-" + ++keys);
    }

    Command.Reserve push(String key) {
        return Command.Reserve.of(USER, Channel.PUSH, "like", now + hours(24), key);
    }

    Reply apply(Command command) {
        return ledger.apply(command, Moment.at(now)).reply();
    }

    Reply.Granted granted(Command.Reserve request) {
        assertThat(apply(request)).isInstanceOf(Reply.Granted.class);
        return (Reply.Granted) ledger.apply(request, Moment.at(now)).reply();
    }

    Reply.Denied denied(Command command, Denial reason) {
        Reply reply = apply(command);
        assertThat(reply).isInstanceOf(Reply.Denied.class);
        assertThat(((Reply.Denied) reply).reason()).isEqualTo(reason);
        return (Reply.Denied) reply;
    }

    void refused(Command command, LedgerError error) {
        assertThat(apply(command))
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo(error));
    }

    Reply.Standing standing(Command command, ReservationState state) {
        Reply reply = apply(command);
        assertThat(reply).isInstanceOf(Reply.Standing.class);
        assertThat(((Reply.Standing) reply).state()).isEqualTo(state);
        return (Reply.Standing) reply;
    }

    long done(Command command) {
        Reply reply = apply(command);
        assertThat(reply).isInstanceOf(Reply.Done.class);
        return ((Reply.Done) reply).number();
    }

    Reply.Budget budget() {
        return (Reply.Budget) apply(new Command.GetBudget(USER));
    }

    /// Reserves, begins and commits.
    Reply.Granted send(Command.Reserve request) {
        Reply.Granted granted = granted(request);
        begin(granted);
        standing(new Command.Commit(granted.id(), "p1"), ReservationState.COMMITTED);
        return granted;
    }

    void begin(Reply.Granted granted) {
        standing(new Command.BeginSend(granted.id(), granted.fence()), ReservationState.SENDING);
    }

    void after(Duration time) {
        now += time.toMillis();
    }

    static long hours(int count) {
        return Duration.ofHours(count).toMillis();
    }

    static long millis(String instant) {
        return Instant.parse(instant).toEpochMilli();
    }
}
