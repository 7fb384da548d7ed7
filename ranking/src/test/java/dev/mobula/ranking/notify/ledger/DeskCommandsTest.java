package dev.mobula.ranking.notify.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Channel;
import dev.mobula.ranking.notify.window.QuietHours;
import dev.mobula.testing.Seeds;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What a ledger keeps and tells beside reservations: answers, outcomes, policies, contacts, digests that wait.
final class DeskCommandsTest {
    private static final DigestPlan PLAN =
            new DigestPlan(-1, Duration.ofHours(1).toMillis(), 2, 1, true);

    @Test
    void theFirstAnswerUnderAKeyStandsAndAnotherRequestIsRefused() {
        Fixture at = Fixture.with(Fixture.policy(0, Limit.perDay(3)));
        Command.KeepAnswer keep = keep(at, "f1", "first");
        assertThat(at.apply(keep)).isEqualTo(new Reply.Kept("first"));
        Outcome again = at.ledger.apply(keep(at, "f1", "second"), Moment.at(at.now));
        assertThat(again.reply()).isEqualTo(new Reply.Kept("first"));
        assertThat(again.replayed()).isTrue();
        at.refused(keep(at, "f2", "other"), LedgerError.IDEMPOTENCY_KEY_REUSED);
        assertThat(at.apply(new Command.FindAnswer(Fixture.USER, "decide", "k", "")))
                .isEqualTo(new Reply.Kept("first"));
        at.refused(
                new Command.FindAnswer(Fixture.USER, "decide", "other", ""), LedgerError.NOT_FOUND);
        at.after(Duration.ofHours(27));
        at.done(new Command.Sweep(100));
        at.refused(new Command.FindAnswer(Fixture.USER, "decide", "k", ""), LedgerError.NOT_FOUND);
    }

    private static Command.KeepAnswer keep(Fixture at, String fingerprint, String answer) {
        return new Command.KeepAnswer(
                Fixture.USER, "decide", "k", fingerprint, answer, at.now + Fixture.hours(2));
    }

    @Test
    void outcomesInAnyOrderAndToldTwiceCountAsInOrder() {
        Seeds.forAll(
                20,
                random -> {
                    Fixture at = Fixture.with(Fixture.policy(0, Limit.perDay(3)));
                    Fixture sorted = Fixture.with(Fixture.policy(0, Limit.perDay(3)));
                    List<OutcomeKind> kinds = List.of(OutcomeKind.values());
                    List<Command.RecordOutcome> events = new ArrayList<>();
                    for (int i = 0; i < 40; i++) {
                        OutcomeKind kind = kinds.get(random.nextInt(kinds.size()));
                        events.add(
                                new Command.RecordOutcome(
                                        Fixture.USER, "e" + i, kind, Channel.PUSH, at.now + i));
                    }
                    events.forEach(sorted::apply);
                    List<Command.RecordOutcome> late = new ArrayList<>(events);
                    late.addAll(events.subList(0, random.nextInt(40)));
                    Collections.shuffle(late, new Random(random.nextLong()));
                    long counted = late.stream().mapToLong(at::done).sum();
                    assertThat(counted).isEqualTo(events.size());
                    Command.GetOutcomes get = new Command.GetOutcomes(Fixture.USER);
                    assertThat(at.apply(get)).isEqualTo(sorted.apply(get));
                });
    }

    @Test
    void aPolicyToldTwiceIsOnePolicyAndACopyNeverGoesBack() {
        Fixture at = Fixture.with(Fixture.policy(0, Limit.perDay(3)));
        BudgetPolicy second = policy(2, 5);
        assertThat(at.done(new Command.PutPolicy("acme", second))).isEqualTo(2);
        assertThat(at.done(new Command.PutPolicy("acme", second))).isEqualTo(2);
        at.refused(new Command.PutPolicy("acme", policy(2, 6)), LedgerError.VERSION_CONFLICT);
        assertThat(at.done(new Command.CopyPolicies("acme", List.of(policy(1, 1))))).isEqualTo(2);
        assertThat(at.done(new Command.CopyPolicies("acme", List.of(policy(3, 4))))).isEqualTo(3);
        assertThat(at.apply(new Command.GetPolicies("acme")))
                .isEqualTo(new Reply.PoliciesAre(List.of(policy(3, 4))));
    }

    private static BudgetPolicy policy(long version, int cap) {
        return new BudgetPolicy(
                version,
                0,
                false,
                List.of(Limit.perDay(cap)),
                0,
                0,
                cap,
                0,
                Set.of(),
                List.of(new QuietHours(0, 60)),
                ZoneOffset.UTC,
                List.of());
    }

    @Test
    void aLowerCapNamesWhoIsOverItAndTakesNothingBack() {
        Fixture at = Fixture.with(Fixture.policy(0, Limit.perDay(3)));
        for (int user = 0; user < 9; user++) {
            for (int i = 0; i <= user % 3; i++) {
                Command.Reserve request =
                        Command.Reserve.of(
                                new UserKey("acme", user),
                                Channel.PUSH,
                                "like",
                                at.now + Fixture.hours(9),
                                "u" + user + "-" + i);
                assertThat(at.apply(request)).isInstanceOf(Reply.Granted.class);
            }
        }
        List<Long> over = new ArrayList<>();
        long from = Long.MIN_VALUE;
        boolean more = true;
        while (more) {
            Reply.Over page =
                    (Reply.Over) at.apply(new Command.WhoIsOver("acme", policy(2, 2), from, 4));
            over.addAll(page.users());
            more = page.more();
            from = page.nextUser();
        }
        assertThat(over).containsExactly(2L, 5L, 8L);
    }

    @Test
    void aDigestThatWasMadeWaitsUntilItIsBegunAndIsSeenAfterACrash() {
        Fixture at = Fixture.with(Fixture.policy(0, Limit.perDay(3)));
        Reply.DigestWaits window = (Reply.DigestWaits) at.apply(item(at, "a", 1));
        at.apply(item(at, "b", 3));
        at.apply(item(at, "c", 2));
        assertThat(at.apply(new Command.PeekDigest(Fixture.USER, Channel.PUSH, "likes")))
                .isEqualTo(
                        new Reply.DigestShows(
                                window.windowStartMillis(),
                                window.dueAtMillis(),
                                List.of("b", "c", "a")));
        assertThat(ready(at)).isEmpty();
        at.after(Duration.ofHours(1));
        Reply made =
                at.apply(
                        new Command.FlushDigest(
                                Fixture.USER, Channel.PUSH, "likes", window.windowStartMillis()));
        at.ledger = at.ledger.successor(2);
        assertThat(ready(at)).isEqualTo(List.of(made));
        Reply.DigestReady digest = ready(at).getFirst();
        assertThat(digest.items()).containsExactly("b", "c");
        at.begin(digest.reservation());
        assertThat(ready(at)).isEmpty();
    }

    private static List<Reply.DigestReady> ready(Fixture at) {
        return ((Reply.DigestsReady) at.apply(new Command.ReadyDigests(10))).digests();
    }

    private static Command.AddDigestItem item(Fixture at, String key, double value) {
        return new Command.AddDigestItem(
                Fixture.USER,
                Channel.PUSH,
                "like",
                "likes",
                key,
                value,
                at.now + Fixture.hours(5),
                PLAN);
    }

    @Test
    void everyCommandAndOutcomeIsTheSameAfterTheWire() {
        Fixture at = Fixture.with(Fixture.policy(0, Limit.perDay(3)));
        Reply.Granted granted = at.granted(at.push());
        Contact contact = Contact.UNKNOWN.in("Europe/Rome").quietAt(QuietHours.of(22, 7));
        List<Command> commands =
                List.of(
                        at.push().counting("campaign/a", "b").in("g").at(at.now + 5),
                        new Command.BeginSend(granted.id(), granted.fence()),
                        new Command.Commit(granted.id(), "p"),
                        new Command.Release(granted.id(), Command.Proof.PROVIDER_REJECTED),
                        new Command.Extend(granted.id(), 5_000),
                        new Command.GetReservation(granted.id()),
                        new Command.GetBudget(Fixture.USER),
                        new Command.PutContact(Fixture.USER, contact.without("PUSH:like")),
                        new Command.GetContact(Fixture.USER),
                        new Command.PutPolicy("acme", policy(2, 5)),
                        new Command.GetPolicies("acme"),
                        new Command.CopyPolicies("acme", List.of(policy(2, 5))),
                        new Command.WhoIsOver("acme", policy(2, 0), -5, 10),
                        new Command.AddLease("c", 1, 0, 0),
                        new Command.ReturnLease("c", 1, 0, 0),
                        item(at, "a", 2.5),
                        new Command.PeekDigest(Fixture.USER, Channel.PUSH, "likes"),
                        new Command.FlushDigest(Fixture.USER, Channel.PUSH, "likes", at.now),
                        new Command.ReadyDigests(5),
                        keep(at, "f", "answer"),
                        new Command.FindAnswer(Fixture.USER, "decide", "k", ""),
                        new Command.RecordOutcome(
                                Fixture.USER, "e", OutcomeKind.OPENED, Channel.EMAIL, at.now),
                        new Command.GetOutcomes(Fixture.USER),
                        new Command.Sweep(7),
                        new Command.TakeOver(),
                        new Command.Seal());
        assertThat(commands.stream().map(Command::getClass).distinct())
                .hasSameSizeAs(Command.class.getPermittedSubclasses());
        for (Command command : commands) {
            assertThat(LedgerMessages.command(LedgerMessages.encode(command))).isEqualTo(command);
            Outcome outcome = at.ledger.apply(command, Moment.at(at.now));
            assertThat(LedgerMessages.outcome(LedgerMessages.encode(outcome)))
                    .isEqualTo(new Outcome(outcome.reply(), outcome.replayed(), List.of()));
        }
    }
}
