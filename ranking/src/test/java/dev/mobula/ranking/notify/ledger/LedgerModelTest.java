package dev.mobula.ranking.notify.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.window.Period;
import dev.mobula.ranking.notify.window.Window;
import dev.mobula.testing.Seeds;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/// The ledger under random traffic, against a naive one and against its own promise.
final class LedgerModelTest {
    private static final int SEEDS = 25;
    private static final int OPERATIONS = 4_000;

    @Test
    void itAnswersAsTheNaiveLedgerDoes() {
        Map<String, Integer> seen = new HashMap<>();
        Seeds.forAll(
                SEEDS,
                random -> {
                    RandomTraffic traffic = new RandomTraffic(random, 6);
                    InMemoryLedger ledger = start(traffic);
                    NaiveLedger naive = new NaiveLedger(RandomTraffic.POLICY);
                    traffic.users.forEach(user -> naive.move(user, traffic.zone(user)));
                    int epoch = 1;
                    for (int i = 0; i < OPERATIONS; i++) {
                        Command command = traffic.next();
                        Outcome outcome = ledger.apply(command, Moment.at(traffic.now));
                        String answer = RandomTraffic.inShort(outcome.reply());
                        assertThat(answer)
                                .as("operation %d: %s", i, command)
                                .isEqualTo(naive.apply(command, traffic.now));
                        seen.merge(answer.split(" ", 2)[0], 1, Integer::sum);
                        traffic.saw(outcome);
                        if (i % 500 == 499) {
                            ledger.apply(new Command.Sweep(200), Moment.at(traffic.now));
                            ledger = ledger.successor(++epoch);
                        }
                    }
                });
        assertThat(seen)
                .containsKeys(
                        "granted",
                        "SENDING",
                        "COMMITTED",
                        "RELEASED",
                        "USER_DAY_CAP",
                        "USER_WEEK_CAP",
                        "USER_ROLLING_CAP",
                        "CHANNEL_CAP",
                        "TYPE_FATIGUE",
                        "MIN_GAP",
                        "DUPLICATE",
                        "SEND_IN_DOUBT",
                        "RESERVATION_EXPIRED",
                        "ALREADY_COMMITTED",
                        "ALREADY_RELEASED");
    }

    @Test
    void oneSeedRunTwiceGivesOneLog() {
        assertThat(log(7)).isEqualTo(log(7)).isNotEqualTo(log(8));
    }

    private static long log(long seed) {
        RandomTraffic traffic = new RandomTraffic(new SplittableRandom(seed), 20);
        InMemoryLedger ledger = start(traffic);
        CRC32C log = new CRC32C();
        for (int i = 0; i < OPERATIONS; i++) {
            Outcome outcome = ledger.apply(traffic.next(), Moment.at(traffic.now));
            traffic.saw(outcome);
            log.update(outcome.reply().toString().getBytes(StandardCharsets.UTF_8));
            for (RowWrite write : outcome.writes()) {
                log.update(write.key());
                byte[] value = write.value();
                if (value != null) {
                    log.update(value);
                }
            }
        }
        return log.getValue();
    }

    /// Users move between zones, policies change, owners die; what is counted as sent never passes a window's cap.
    @Test
    void noWindowEverHoldsMoreThanItsCap() {
        Seeds.forAll(
                SEEDS,
                random -> {
                    RandomTraffic traffic = new RandomTraffic(random, 3);
                    InMemoryLedger ledger = start(traffic);
                    int epoch = 1;
                    for (int i = 0; i < OPERATIONS / 2; i++) {
                        Outcome outcome = ledger.apply(traffic.next(), Moment.at(traffic.now));
                        traffic.saw(outcome);
                        if (i % 10 == 9) {
                            assertHolds(ledger, traffic);
                        }
                        if (i % 100 == 99) {
                            travel(ledger, traffic, random);
                            ledger = ledger.successor(++epoch);
                        }
                    }
                });
    }

    private static void travel(
            InMemoryLedger ledger, RandomTraffic traffic, SplittableRandom random) {
        UserKey user = traffic.user();
        Moment now = Moment.at(traffic.now);
        Reply.Budget budget = (Reply.Budget) ledger.apply(new Command.GetBudget(user), now).reply();
        ZoneId zone = RandomTraffic.ZONES.get(random.nextInt(RandomTraffic.ZONES.size()));
        Contact contact =
                new Contact(
                        budget.contactVersion() + 1,
                        zone.getId(),
                        List.of(),
                        Set.of(),
                        Set.of(),
                        Set.of());
        assertThat(ledger.apply(new Command.PutContact(user, contact), now).reply())
                .isInstanceOf(Reply.Done.class);
    }

    /// Every limit holds in the open windows and in those to come, critical messages aside.
    private static void assertHolds(InMemoryLedger ledger, RandomTraffic traffic) {
        for (UserKey user : traffic.users) {
            Book book = Book.decode(ledger.rows().get(Table.STATE, Keys.user(user)), user);
            ZoneId zone = book.zone(RandomTraffic.POLICY).days();
            book.roll(traffic.now, zone, 0);
            for (Unit unit : book.units) {
                for (Limit limit : RandomTraffic.POLICY.limits()) {
                    long start = unit.atMillis();
                    long end = start + limit.spanMillis();
                    if (limit.span() != Limit.Span.ROLLING) {
                        Period period =
                                limit.span() == Limit.Span.DAY ? Period.DAY : Period.ISO_WEEK;
                        Window window = book.windowAt(period, Math.max(start, traffic.now), zone);
                        start = window.startMillis();
                        end = window.endMillis();
                    }
                    assertThat(counted(book, limit, start, end))
                            .as("%s of %s from %d to %d", limit.counter(), user, start, end)
                            .isLessThanOrEqualTo(limit.cap());
                }
            }
        }
    }

    private static int counted(Book book, Limit limit, long start, long end) {
        return book.units.stream()
                .filter(unit -> !unit.floating() && unit.priority() != Priority.CRITICAL)
                .filter(unit -> limit.counts(unit.channel(), unit.type(), unit.channelOnly()))
                .filter(unit -> start <= unit.atMillis() && unit.atMillis() < end)
                .mapToInt(Unit::units)
                .sum();
    }

    private static InMemoryLedger start(RandomTraffic traffic) {
        InMemoryLedger ledger = new InMemoryLedger();
        Moment now = Moment.at(traffic.now - 1);
        ledger.apply(new Command.PutPolicy("acme", RandomTraffic.POLICY), now);
        for (UserKey user : traffic.users) {
            Contact contact = Contact.UNKNOWN.in(traffic.zone(user).getId());
            ledger.apply(new Command.PutContact(user, contact), now);
        }
        return ledger;
    }
}
