package dev.mobula.ranking.notify.ledger;

import static dev.mobula.ranking.notify.ledger.Fixture.USER;
import static dev.mobula.ranking.notify.ledger.Fixture.hours;
import static dev.mobula.ranking.notify.ledger.Fixture.policy;
import static dev.mobula.ranking.notify.ledger.ReservationState.COMMITTED;
import static dev.mobula.ranking.notify.ledger.ReservationState.RELEASED;
import static dev.mobula.ranking.notify.ledger.ReservationState.RESERVED;
import static dev.mobula.ranking.notify.ledger.ReservationState.SENDING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mobula.ranking.RankingException;
import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.ledger.Command.Proof;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// The life of a reservation, its keys, groups and fences.
final class ReservationTest {
    private final Fixture fixture = Fixture.with(policy(0, Limit.perDay(1)));

    @Test
    void aReleasedUnitCanBeTakenAgain() {
        Reply.Granted first = fixture.granted(fixture.push());
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
        fixture.standing(new Command.Release(first.id(), Proof.NOT_ATTEMPTED), RELEASED);
        fixture.standing(new Command.Release(first.id(), Proof.NOT_ATTEMPTED), RELEASED);
        fixture.granted(fixture.push());
    }

    @Test
    void whatWasRejectedByTheProviderIsGivenBack() {
        Reply.Granted first = fixture.granted(fixture.push());
        fixture.begin(first);
        fixture.standing(new Command.Release(first.id(), Proof.PROVIDER_REJECTED), RELEASED);
        fixture.granted(fixture.push());
    }

    @Test
    void aReservationThatRunsOutIsReleased() {
        Reply.Granted first = fixture.granted(fixture.push());
        fixture.now = first.expiresAtMillis() - 1;
        fixture.standing(new Command.GetReservation(first.id()), RESERVED);
        fixture.now++;
        fixture.standing(new Command.GetReservation(first.id()), RELEASED);
        fixture.refused(
                new Command.BeginSend(first.id(), first.fence()), LedgerError.RESERVATION_EXPIRED);
        fixture.refused(new Command.Commit(first.id(), "p"), LedgerError.RESERVATION_EXPIRED);
        fixture.granted(fixture.push());
    }

    @Test
    void aMessageInDoubtCountsAsSent() {
        Reply.Granted first = fixture.granted(fixture.push());
        fixture.begin(first);
        fixture.after(Duration.ofMinutes(15));
        assertThat(fixture.standing(new Command.GetReservation(first.id()), COMMITTED).inDoubt())
                .isTrue();
        fixture.refused(
                new Command.Release(first.id(), Proof.PROVIDER_REJECTED),
                LedgerError.SEND_IN_DOUBT);
        fixture.standing(new Command.Commit(first.id(), "p"), COMMITTED);
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
    }

    @Test
    void aCommittedMessageIsNeverReleased() {
        Reply.Granted first = fixture.send(fixture.push());
        fixture.refused(
                new Command.Release(first.id(), Proof.NOT_ATTEMPTED),
                LedgerError.ALREADY_COMMITTED);
        fixture.standing(new Command.Commit(first.id(), "p1"), COMMITTED);
        fixture.refused(new Command.Extend(first.id(), 1_000), LedgerError.ALREADY_COMMITTED);
    }

    @Test
    void aReservationBeginsOnce() {
        Reply.Granted first = fixture.granted(fixture.push());
        fixture.begin(first);
        fixture.refused(
                new Command.BeginSend(first.id(), first.fence()), LedgerError.SEND_IN_DOUBT);
    }

    @Test
    void nothingIsCommittedThatWasNotBegun() {
        Reply.Granted first = fixture.granted(fixture.push());
        fixture.refused(new Command.Commit(first.id(), "p"), LedgerError.INVALID_ARGUMENT);
        fixture.standing(new Command.GetReservation(first.id()), RESERVED);
    }

    @Test
    void anExtendedReservationHoldsLonger() {
        Reply.Granted first = fixture.granted(fixture.push());
        fixture.after(Duration.ofMinutes(14));
        Reply.Standing extended =
                fixture.standing(new Command.Extend(first.id(), hours(1) / 4), RESERVED);
        assertThat(extended.expiresAtMillis()).isEqualTo(fixture.now + hours(1) / 4);
        fixture.after(Duration.ofMinutes(14));
        fixture.begin(first);
    }

    @Test
    void theSameKeyGetsTheSameAnswer() {
        Command.Reserve request = fixture.push("once");
        Outcome first = fixture.ledger.apply(request, Moment.at(fixture.now));
        fixture.after(Duration.ofHours(2));
        Outcome again = fixture.ledger.apply(request, Moment.at(fixture.now));
        assertThat(again.replayed()).isTrue();
        assertThat(again.writes()).isEmpty();
        assertThat(Answers.encode(again.reply())).isEqualTo(Answers.encode(first.reply()));
    }

    @Test
    void aDenialIsRepeatedEvenWhenThereIsRoomAgain() {
        Reply.Granted first = fixture.granted(fixture.push());
        Command.Reserve request = fixture.push("late");
        Reply.Denied denied = fixture.denied(request, Denial.USER_DAY_CAP);
        fixture.standing(new Command.Release(first.id(), Proof.NOT_ATTEMPTED), RELEASED);
        assertThat(fixture.denied(request, Denial.USER_DAY_CAP)).isEqualTo(denied);
        fixture.granted(fixture.push("another"));
    }

    @Test
    void anotherRequestUnderTheSameKeyIsRefused() {
        fixture.granted(fixture.push("once"));
        fixture.refused(fixture.push("once").in("group"), LedgerError.IDEMPOTENCY_KEY_REUSED);
    }

    @Test
    void noKeyIsForgottenWhileItsRequestIsValid() {
        Command.Reserve request = fixture.push("once");
        Reply.Granted granted = fixture.granted(request);
        fixture.now = request.expiresAtMillis() + hours(24) - 1;
        fixture.done(new Command.Sweep(100));
        assertThat(fixture.apply(request)).isEqualTo(granted);
        fixture.now++;
        fixture.done(new Command.Sweep(100));
        fixture.refused(request, LedgerError.EXPIRED);
        fixture.refused(
                new Command.GetReservation(granted.id()), LedgerError.RESERVATION_NOT_FOUND);
        for (Table table : new Table[] {Table.IDEMPOTENCY, Table.RESERVATION, Table.EXPIRY}) {
            assertThat(fixture.ledger.count(table)).as(table.family()).isZero();
        }
    }

    @Test
    void aSweepLooksAtNoMoreRowsThanItMay() {
        for (int user = 0; user < 10; user++) {
            Command.Reserve request =
                    Command.Reserve.of(
                            new UserKey("acme", user),
                            Channel.PUSH,
                            "like",
                            fixture.now + hours(1),
                            "k" + user);
            fixture.granted(request);
        }
        fixture.after(Duration.ofDays(3));
        assertThat(fixture.done(new Command.Sweep(7))).isEqualTo(7);
        assertThat(fixture.ledger.count(Table.EXPIRY)).isEqualTo(13);
        assertThat(fixture.done(new Command.Sweep(100))).isEqualTo(13);
        assertThat(fixture.ledger.count(Table.EXPIRY)).isZero();
    }

    @Test
    void aGroupHasOneLiveMessage() {
        Fixture roomy = Fixture.with(policy(0, Limit.perDay(9)));
        Reply.Granted first = roomy.granted(roomy.push().in("match-1"));
        assertThat(roomy.denied(roomy.push().in("match-1"), Denial.DUPLICATE).existing())
                .isEqualTo(first.id().serial());
        roomy.begin(first);
        roomy.standing(new Command.Commit(first.id(), "p"), COMMITTED);
        roomy.denied(roomy.push().in("match-1"), Denial.DUPLICATE);
        roomy.after(Duration.ofHours(24));
        roomy.granted(roomy.push().in("match-1"));
    }

    @Test
    void aFallbackDebitsItsChannelAlone() {
        Fixture both = Fixture.with(policy(4, Limit.perDay(1), Limit.perDay(1).on(Channel.EMAIL)));
        Reply.Granted push = both.send(both.push().in("m"));
        Command.Reserve email =
                Command.Reserve.of(USER, Channel.EMAIL, "like", both.now + hours(5), "e1").in("m");
        both.refused(email.fallingBackFrom(99), LedgerError.INVALID_ARGUMENT);
        both.send(email.fallingBackFrom(push.id().serial()));
        Reply.Budget budget = both.budget();
        assertThat(budget.counters()).extracting(Reply.Counter::committed).containsExactly(1, 1);
        Command.Reserve second =
                Command.Reserve.of(USER, Channel.EMAIL, "like", both.now + hours(5), "e2").in("m");
        both.denied(second.fallingBackFrom(push.id().serial()), Denial.CHANNEL_CAP);
    }

    @Test
    void anOptOutBetweenReservingAndSendingGivesTheUnitBack() {
        Reply.Granted first = fixture.granted(fixture.push());
        fixture.done(new Command.PutContact(USER, Contact.UNKNOWN.without("PUSH:*")));
        fixture.denied(new Command.BeginSend(first.id(), first.fence()), Denial.OPTED_OUT);
        fixture.standing(new Command.GetReservation(first.id()), RELEASED);
        fixture.denied(fixture.push(), Denial.OPTED_OUT);
    }

    @Test
    void aFormerOwnerIsRefusedWhateverItAsks() {
        Reply.Granted first = fixture.granted(fixture.push());
        InMemoryLedger former = fixture.ledger;
        fixture.ledger = former.successor(2);
        assertThat(former.apply(fixture.push(), Moment.at(fixture.now)).reply())
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused -> assertThat(refused.error()).isEqualTo(LedgerError.FENCED));
        fixture.refused(new Command.BeginSend(first.id(), 9), LedgerError.FENCED);
        fixture.begin(first);
        assertThat(fixture.granted(fixture.push("next").at(fixture.now + hours(23))).fence())
                .isEqualTo(2);
    }

    @Test
    void afterARestoreEveryWindowThatHadBegunIsExhausted() {
        Fixture restored = Fixture.with(policy(1, Limit.perDay(3), Limit.perWeek(9)));
        Reply.Granted before = restored.granted(restored.push());
        restored.ledger = restored.ledger.successor(2);
        restored.done(new Command.Seal());
        restored.refused(new Command.BeginSend(before.id(), before.fence()), LedgerError.FENCED);
        Reply.Denied denied = restored.denied(restored.push(), Denial.USER_DAY_CAP);
        assertThat(denied.retryAtMillis()).isEqualTo(Fixture.millis("2026-06-15T00:00:00Z"));
        assertThat(restored.budget().counters())
                .extracting(Reply.Counter::remaining)
                .containsExactly(0, 0);
        restored.now = denied.retryAtMillis();
        restored.granted(restored.push());
    }

    @Test
    void requestsNameWhatIsWrongWithThem() {
        assertThatThrownBy(() -> fixture.push("a key with spaces"))
                .isInstanceOf(RankingException.class)
                .hasMessageContaining("idempotencyKey=a key with spaces");
        Command.Reserve request = fixture.push();
        fixture.now = request.expiresAtMillis();
        fixture.refused(request, LedgerError.EXPIRED);
        fixture.refused(
                Command.Reserve.of(USER, Channel.PUSH, "t", fixture.now + hours(24 * 7) + 1, "k"),
                LedgerError.INVALID_ARGUMENT);
        fixture.refused(
                new Command.GetReservation(new ReservationId(USER, 99)),
                LedgerError.RESERVATION_NOT_FOUND);
        assertThat(ReservationId.parse("acme~-7~3"))
                .isEqualTo(new ReservationId(new UserKey("acme", -7), 3));
        assertThatThrownBy(() -> ReservationId.parse("acme~x~3"))
                .hasMessageContaining("reservationId=acme~x~3");
        assertThat(SENDING.code()).isNotEqualTo(RESERVED.code());
    }
}
