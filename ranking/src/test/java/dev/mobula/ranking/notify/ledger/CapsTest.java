package dev.mobula.ranking.notify.ledger;

import static dev.mobula.ranking.notify.ledger.Fixture.USER;
import static dev.mobula.ranking.notify.ledger.Fixture.hours;
import static dev.mobula.ranking.notify.ledger.Fixture.millis;
import static dev.mobula.ranking.notify.ledger.Fixture.policy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.window.QuietHours;
import dev.mobula.testing.Seeds;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a person's limits allow, and when.
final class CapsTest {
    @Test
    void eachLimitSaysItsOwnReasonAndWhenItHasRoom() {
        Fixture fixture = Fixture.with(policy(4, Limit.perDay(2)));
        fixture.send(fixture.push());
        Reply.Denied gap = fixture.denied(fixture.push(), Denial.MIN_GAP);
        assertThat(gap.retryAtMillis()).isEqualTo(fixture.now + hours(4));
        fixture.after(Duration.ofHours(4));
        fixture.send(fixture.push());
        Reply.Denied cap = fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
        assertThat(cap.counter()).isEqualTo("USER/DAY");
        assertThat(cap.retryAtMillis()).isEqualTo(millis("2026-06-11T00:00:00Z"));
    }

    @Test
    void aRollingCapHoldsAcrossMidnight() {
        Fixture fixture = Fixture.with(BudgetPolicy.ofDailyCap(2, ZoneOffset.UTC));
        fixture.now = millis("2026-06-10T16:00:00Z");
        fixture.send(fixture.push());
        fixture.after(Duration.ofHours(4));
        fixture.send(fixture.push());
        fixture.after(Duration.ofHours(4));
        fixture.send(fixture.push());
        fixture.after(Duration.ofHours(4));
        Reply.Denied denied = fixture.denied(fixture.push(), Denial.USER_ROLLING_CAP);
        assertThat(denied.retryAtMillis()).isEqualTo(millis("2026-06-11T16:00:00Z"));
    }

    @Test
    void channelsAndTypesHaveLimitsOfTheirOwn() {
        Fixture fixture =
                Fixture.with(
                        policy(
                                0,
                                Limit.perDay(5),
                                Limit.perDay(1).on(Channel.EMAIL),
                                Limit.rolling(Duration.ofHours(6), 1).ofType("promo")));
        Command.Reserve email =
                Command.Reserve.of(USER, Channel.EMAIL, "a", fixture.now + hours(1), "e1");
        fixture.granted(email);
        fixture.denied(
                Command.Reserve.of(USER, Channel.EMAIL, "a", fixture.now + hours(1), "e2"),
                Denial.CHANNEL_CAP);
        fixture.granted(
                Command.Reserve.of(USER, Channel.PUSH, "promo", fixture.now + hours(1), "p1"));
        Reply.Denied tired =
                fixture.denied(
                        Command.Reserve.of(
                                USER, Channel.PUSH, "promo", fixture.now + hours(1), "p2"),
                        Denial.TYPE_FATIGUE);
        assertThat(tired.counter()).isEqualTo("TYPE:promo/ROLLING:21600000");
    }

    @Test
    void aPlannedMessageDebitsTheWindowItIsPlannedFor() {
        Fixture fixture = Fixture.with(policy(0, Limit.perDay(1)));
        long tomorrow = fixture.now + hours(24);
        Reply.Granted planned = fixture.granted(plannedFor(fixture, tomorrow));
        fixture.granted(fixture.push());
        fixture.denied(plannedFor(fixture, tomorrow + 1), Denial.USER_DAY_CAP);
        fixture.now = tomorrow;
        fixture.begin(planned);
    }

    @Test
    void aMessageBegunInAnotherWindowIsDebitedThereOrDenied() {
        Fixture fixture = Fixture.with(policy(0, Limit.perDay(1)));
        fixture.now = millis("2026-06-10T23:55:00Z");
        Reply.Granted late = fixture.granted(fixture.push());
        fixture.now = millis("2026-06-11T00:05:00Z");
        fixture.begin(late);
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);

        Fixture full = Fixture.with(policy(0, Limit.perDay(1)));
        full.now = millis("2026-06-10T23:55:00Z");
        Reply.Granted first = full.granted(full.push());
        full.now = millis("2026-06-11T00:01:00Z");
        full.granted(full.push());
        full.denied(new Command.BeginSend(first.id(), first.fence()), Denial.USER_DAY_CAP);
        full.standing(new Command.GetReservation(first.id()), ReservationState.RESERVED);
    }

    private static Command.Reserve plannedFor(Fixture fixture, long millis) {
        Command.Reserve push = fixture.push();
        return Command.Reserve.of(
                        USER, Channel.PUSH, push.type(), millis + hours(24), push.key() + "+")
                .at(millis);
    }

    @Test
    void criticalMessagesPassAndAreDebtThatBlocksOthers() {
        Fixture fixture = Fixture.with(policy(4, Limit.perDay(2)));
        fixture.done(
                new Command.PutContact(
                        USER,
                        new Contact(
                                1,
                                "",
                                List.of(QuietHours.of(8, 23)),
                                Set.of("*:security"),
                                Set.of(),
                                Set.of())));
        Command.Reserve alert =
                new Command.Reserve(
                        USER,
                        Channel.PUSH,
                        "security",
                        Priority.CRITICAL,
                        2,
                        "",
                        List.of(),
                        0,
                        fixture.now + hours(1),
                        1_000,
                        0,
                        "alert");
        fixture.granted(alert);
        fixture.done(
                new Command.PutPolicy(
                        "acme",
                        new BudgetPolicy(
                                2,
                                0,
                                false,
                                List.of(Limit.perDay(1)),
                                0,
                                0,
                                1,
                                2,
                                Set.of("security"),
                                List.of(),
                                ZoneOffset.UTC,
                                List.of())));
        Reply.Counter day = fixture.budget().counters().getFirst();
        assertThat(day.remaining()).isZero();
        assertThat(day.debt()).isEqualTo(1);
        fixture.denied(
                Command.Reserve.of(USER, Channel.PUSH, "security", fixture.now + hours(1), "alert2")
                        .with(Priority.CRITICAL),
                Denial.USER_DAY_CAP);
        fixture.refused(fixture.push().with(Priority.CRITICAL), LedgerError.INVALID_ARGUMENT);
        fixture.done(
                new Command.PutContact(
                        USER,
                        new Contact(2, "", List.of(), Set.of(), Set.of(Channel.PUSH), Set.of())));
        fixture.after(Duration.ofDays(1));
        fixture.denied(
                Command.Reserve.of(USER, Channel.PUSH, "security", fixture.now + hours(1), "alert3")
                        .with(Priority.CRITICAL),
                Denial.OPTED_OUT);
    }

    @Test
    void protectedUnitsAreForHighPriorityAlone() {
        BudgetPolicy plain = policy(0, Limit.perDay(3));
        Fixture fixture =
                Fixture.with(
                        new BudgetPolicy(
                                1,
                                0,
                                false,
                                plain.limits(),
                                0,
                                2,
                                2,
                                0,
                                Set.of(),
                                List.of(),
                                ZoneOffset.UTC,
                                List.of()));
        fixture.granted(fixture.push());
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
        fixture.denied(fixture.push().with(Priority.LOW), Denial.USER_DAY_CAP);
        fixture.granted(fixture.push().with(Priority.HIGH));
        fixture.granted(fixture.push().with(Priority.HIGH));
        Reply.Denied own = fixture.denied(fixture.push().with(Priority.HIGH), Denial.USER_DAY_CAP);
        assertThat(own.retryAtMillis()).isEqualTo(millis("2026-06-11T00:00:00Z"));
    }

    @Test
    void quietHoursDeferWithJitter() {
        Fixture fixture = Fixture.with(policy(0, Limit.perDay(3)));
        fixture.done(new Command.PutContact(USER, Contact.UNKNOWN.in("Europe/Paris")));
        Contact paris = Contact.UNKNOWN.in("Europe/Paris").quietAt(QuietHours.of(22, 8));
        fixture.done(new Command.PutContact(USER, paris));
        fixture.now = millis("2026-06-10T21:00:00Z");
        Reply.Denied denied = fixture.denied(fixture.push(), Denial.QUIET_HOURS);
        assertThat(denied.retryAtMillis() - millis("2026-06-11T06:00:00Z"))
                .isBetween(0L, hours(1) / 4 - 1);
        fixture.now = denied.retryAtMillis();
        fixture.granted(fixture.push());
    }

    @Test
    void aNewPolicyCountsThePastAndTakesNothingBack() {
        Fixture fixture = Fixture.with(policy(0, Limit.perDay(5)));
        Reply.Granted first = fixture.granted(fixture.push());
        fixture.send(fixture.push());
        fixture.send(fixture.push());
        fixture.refused(
                new Command.PutPolicy("acme", policy(0, Limit.perDay(1))),
                LedgerError.VERSION_CONFLICT);
        BudgetPolicy lower = policy(0, Limit.perDay(2), Limit.perWeek(4));
        fixture.done(new Command.PutPolicy("acme", later(lower, 2, fixture.now + hours(1))));
        fixture.granted(fixture.push());
        fixture.after(Duration.ofMinutes(10));
        fixture.begin(first);
        fixture.after(Duration.ofMinutes(50));
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
        Reply.Budget budget = fixture.budget();
        assertThat(budget.policyVersion()).isEqualTo(2);
        assertThat(budget.counters()).extracting(Reply.Counter::remaining).containsExactly(0, 1);
        assertThat(budget.counters()).extracting(Reply.Counter::committed).containsExactly(3, 3);
    }

    private static BudgetPolicy later(BudgetPolicy policy, long version, long effectiveAt) {
        return new BudgetPolicy(
                version,
                effectiveAt,
                false,
                policy.limits(),
                policy.gapMillis(),
                0,
                9,
                9,
                Set.of(),
                List.of(),
                ZoneOffset.UTC,
                List.of());
    }

    @Test
    void aSuspectClockAndAPauseStopAllButCriticalMessages() {
        Fixture fixture = Fixture.with(policy(0, Limit.perDay(5)));
        Command.Reserve normal = fixture.push();
        Command.Reserve critical =
                Command.Reserve.of(USER, Channel.PUSH, "security", fixture.now + hours(1), "c")
                        .with(Priority.CRITICAL);
        Moment suspect = new Moment(fixture.now, true);
        assertThat(fixture.ledger.apply(normal, suspect).reply())
                .isInstanceOfSatisfying(
                        Reply.Refused.class,
                        refused ->
                                assertThat(refused.error()).isEqualTo(LedgerError.CLOCK_SUSPECT));
        assertThat(fixture.ledger.apply(critical, suspect).reply())
                .isInstanceOf(Reply.Granted.class);
        fixture.granted(normal);
    }

    @Test
    void aClockThatGoesBackReopensNothing() {
        Fixture fixture = Fixture.with(policy(0, Limit.perDay(1)));
        fixture.now = millis("2026-06-11T00:01:00Z");
        fixture.granted(fixture.push());
        fixture.now = millis("2026-06-10T23:59:00Z");
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
    }

    @Test
    void aTravellerKeepsTheOpenWindowAndItsReservationsMove() {
        Fixture fixture = Fixture.with(policy(0, Limit.perDay(1)));
        fixture.done(new Command.PutContact(USER, Contact.UNKNOWN.in("Pacific/Kiritimati")));
        fixture.now = millis("2026-06-20T09:00:00Z");
        fixture.send(fixture.push());
        long first = millis("2026-06-20T11:00:00Z");
        long second = millis("2026-06-21T10:30:00Z");
        Reply.Granted one = fixture.granted(plannedFor(fixture, first));
        Reply.Granted two = fixture.granted(plannedFor(fixture, second));
        fixture.done(new Command.PutContact(USER, Contact.UNKNOWN.in("x").in("Pacific/Midway")));
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
        fixture.now = first;
        fixture.begin(one);
        fixture.now = second;
        fixture.denied(new Command.BeginSend(two.id(), two.fence()), Denial.USER_DAY_CAP);
        fixture.now = millis("2026-06-21T10:59:59Z");
        fixture.denied(fixture.push(), Denial.USER_DAY_CAP);
        fixture.now = millis("2026-06-21T11:00:00Z");
        fixture.granted(fixture.push());
    }

    /// The time a denial names is the first at which the same message is granted.
    @Test
    void aRetryAtTheNamedTimeIsGrantedAndOneBeforeIsNot() {
        Seeds.forAll(
                40,
                random -> {
                    Fixture fixture =
                            Fixture.with(
                                    policy(
                                            random.nextInt(3),
                                            Limit.perDay(random.nextInt(1, 4)),
                                            Limit.perWeek(random.nextInt(3, 9)),
                                            Limit.rolling(Duration.ofHours(24), 3)));
                    for (int i = 0; i < 12; i++) {
                        long at = fixture.now + random.nextLong(hours(48));
                        Reply reply = fixture.apply(plannedFor(fixture, at));
                        if (reply instanceof Reply.Denied denied && denied.retryAtMillis() > 0) {
                            long retry = denied.retryAtMillis();
                            assertThat(retry).isGreaterThan(at);
                            if (retry < fixture.now + hours(24 * 6)) {
                                for (long before = retry - 1;
                                        before >= at;
                                        before -= random.nextLong(1, hours(5))) {
                                    assertThat(fixture.apply(plannedFor(fixture, before)))
                                            .isInstanceOf(Reply.Denied.class);
                                }
                                fixture.granted(plannedFor(fixture, retry));
                            }
                        }
                    }
                });
    }
}
