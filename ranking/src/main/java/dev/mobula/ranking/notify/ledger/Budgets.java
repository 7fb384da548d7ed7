package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.window.Period;
import dev.mobula.ranking.notify.window.SendTimes;
import dev.mobula.ranking.notify.window.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Shows a person's counters as they stand, and changes nothing.
final class Budgets {
    private final Turn turn;
    private final Book book;
    private final BudgetPolicy policy;
    private final ZoneId zone;

    private Budgets(Turn turn, Book book, BudgetPolicy policy) {
        this.turn = turn;
        this.book = book;
        this.policy = policy;
        this.zone = book.zone(policy).days();
    }

    static Reply get(Turn turn, Command.GetBudget command) {
        BudgetPolicy policy = turn.policy(command.owner());
        Book book = turn.book(command.owner(), policy);
        Reservations.settle(turn, command.owner(), book);
        Budgets budgets = new Budgets(turn, book, policy);
        long now = turn.now();
        long gapUntil = budgets.gapUntil();
        long quietUntil =
                new Caps(book, policy, command.owner(), turn.seal())
                        .quiet()
                        .nextAllowed(now)
                        .orElse(Long.MAX_VALUE);
        return new Reply.Budget(
                budgets.counters(),
                gapUntil > now ? gapUntil : 0,
                quietUntil > now ? quietUntil : 0,
                book.fatigue.at(now),
                policy.version(),
                book.contact.version());
    }

    /// Who has taken more than a policy's limits allow now. Nothing is taken from them; they get nothing more.
    static Reply over(Turn turn, Command.WhoIsOver ask) {
        List<Long> over = new ArrayList<>();
        long[] lookedAt = {0, ask.fromUser()};
        boolean[] more = {false};
        turn.draft()
                .stored()
                .scan(
                        Table.STATE,
                        Keys.user(new UserKey(ask.tenant(), ask.fromUser())),
                        Keys.afterTenant(ask.tenant()),
                        (key, row) -> {
                            UserKey owner = Keys.owner(key, 0);
                            lookedAt[1] = owner.user();
                            if (lookedAt[0] == ask.max()) {
                                more[0] = true;
                                return false;
                            }
                            lookedAt[0]++;
                            Book book = turn.book(owner, ask.policy());
                            Budgets budgets = new Budgets(turn, book, ask.policy());
                            if (budgets.counters().stream().anyMatch(Budgets::isOver)) {
                                over.add(owner.user());
                            }
                            return true;
                        });
        return new Reply.Over(over, lookedAt[0], more[0], lookedAt[1]);
    }

    private static boolean isOver(Reply.Counter counter) {
        return counter.committed() + counter.reserved() + counter.sending() > counter.cap();
    }

    private long gapUntil() {
        SendTimes times = new SendTimes();
        book.units.stream()
                .filter(unit -> !unit.channelOnly() && !unit.floating())
                .forEach(unit -> times.add(unit.atMillis(), unit.units()));
        long from = Math.max(turn.now(), turn.seal().millis() + policy.gapMillis());
        return policy.gapMillis() == 0 ? from : times.earliestApart(from, policy.gapMillis());
    }

    private List<Reply.Counter> counters() {
        List<Reply.Counter> counters = new ArrayList<>();
        for (Limit limit : policy.limits()) {
            Optional<Window> window =
                    switch (limit.span()) {
                        case DAY -> Optional.of(book.windowAt(Period.DAY, turn.now(), zone));
                        case ISO_WEEK ->
                                Optional.of(book.windowAt(Period.ISO_WEEK, turn.now(), zone));
                        case ROLLING -> Optional.empty();
                    };
            counters.add(
                    window.map(open -> counter(limit, open.startMillis(), open.endMillis()))
                            .orElseGet(
                                    () ->
                                            counter(
                                                    limit,
                                                    turn.now() - limit.spanMillis() + 1,
                                                    turn.now() + 1)));
        }
        return counters;
    }

    private Reply.Counter counter(Limit limit, long start, long end) {
        int[] byState = new int[3];
        int critical = 0;
        for (Unit unit : book.units) {
            if (!unit.floating()
                    && Caps.counts(limit, unit)
                    && start <= unit.atMillis()
                    && unit.atMillis() < end) {
                byState[
                                switch (unit.state()) {
                                    case COMMITTED -> 0;
                                    case RESERVED -> 1;
                                    case SENDING, RELEASED -> 2;
                                }] +=
                        unit.units();
                critical += unit.priority() == Priority.CRITICAL ? unit.units() : 0;
            }
        }
        int taken = byState[0] + byState[1] + byState[2];
        boolean sealed = start <= turn.seal().millis();
        return new Reply.Counter(
                limit.counter(),
                limit.cap(),
                byState[0],
                byState[1],
                byState[2],
                sealed ? 0 : Math.max(0, limit.cap() - taken),
                Math.min(critical, Math.max(0, taken - limit.cap())),
                start,
                end,
                zone.getId());
    }
}
