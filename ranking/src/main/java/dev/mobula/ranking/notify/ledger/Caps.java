package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.window.Period;
import dev.mobula.ranking.notify.window.QuietSchedule;
import dev.mobula.ranking.notify.window.SendTimes;
import dev.mobula.ranking.notify.window.UserZone;
import dev.mobula.ranking.notify.window.Window;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongUnaryOperator;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Whether one more message fits every limit of a person, and if not, when it will.
///
/// Each constraint tells the first time, from a given one on, at which it has room. The first time at which all have is
/// found by asking them in turn until none moves it any more.
final class Caps {
    private static final int ROUNDS_MAX = 64;
    private static final long NEVER = Long.MAX_VALUE;

    private record Constraint(Denial denial, String counter, LongUnaryOperator earliest) {}

    private final Book book;
    private final BudgetPolicy policy;
    private final UserKey owner;
    private final UserZone zone;
    private final long sealedMillis;

    Caps(Book book, BudgetPolicy policy, UserKey owner, SealMark seal) {
        this.book = book;
        this.policy = policy;
        this.owner = owner;
        this.zone = book.zone(policy);
        this.sealedMillis = seal.millis();
    }

    /// The quiet hours of this person.
    QuietSchedule quiet() {
        return new QuietSchedule(
                Stream.concat(book.contact.quiet().stream(), policy.quiet().stream()).toList(),
                zone.quiet());
    }

    /// The reason why a message does not fit; the message itself, if it is in the book, does not count.
    Optional<Reply.Denied> check(Unit ask) {
        List<Constraint> constraints = constraints(ask);
        for (Constraint constraint : constraints) {
            if (constraint.earliest().applyAsLong(ask.atMillis()) > ask.atMillis()) {
                return Optional.of(
                        new Reply.Denied(
                                constraint.denial(),
                                earliest(constraints, ask.atMillis()),
                                constraint.counter(),
                                0));
            }
        }
        return Optional.empty();
    }

    /// Whether the counters have room for a message at its time, whatever the quiet hours say.
    boolean fits(Unit ask) {
        return constraints(ask).stream()
                .filter(constraint -> constraint.denial() != Denial.QUIET_HOURS)
                .allMatch(
                        constraint ->
                                constraint.earliest().applyAsLong(ask.atMillis())
                                        <= ask.atMillis());
    }

    private static long earliest(List<Constraint> constraints, long from) {
        long at = from;
        for (int round = 0; round < ROUNDS_MAX; round++) {
            long next = at;
            for (Constraint constraint : constraints) {
                next = constraint.earliest().applyAsLong(next);
                if (next == NEVER) {
                    return 0;
                }
            }
            if (next == at) {
                return at;
            }
            at = next;
        }
        return 0;
    }

    private List<Constraint> constraints(Unit ask) {
        if (ask.priority() == Priority.CRITICAL) {
            return List.of(ownCap(ask, policy.criticalPerDay()));
        }
        List<Constraint> all = new ArrayList<>();
        QuietSchedule quiet = quiet();
        all.add(
                new Constraint(
                        Denial.QUIET_HOURS,
                        "",
                        from -> quiet.deferredTo(from, owner.user()).orElse(NEVER)));
        for (Limit limit : policy.limits()) {
            if (limit.counts(ask.channel(), ask.type(), ask.channelOnly())) {
                all.add(new Constraint(limit.denial(), limit.counter(), earliest(limit, ask)));
            }
        }
        if (ask.priority() == Priority.HIGH) {
            all.add(ownCap(ask, policy.highPerDay()));
        }
        if (!ask.channelOnly() && policy.gapMillis() > 0) {
            SendTimes times = times(ask, unit -> !unit.channelOnly());
            all.add(
                    new Constraint(
                            Denial.MIN_GAP,
                            "",
                            from ->
                                    times.earliestApart(
                                            Math.max(from, sealedMillis + policy.gapMillis()),
                                            policy.gapMillis())));
        }
        return all;
    }

    private LongUnaryOperator earliest(Limit limit, Unit ask) {
        SendTimes times = times(ask, unit -> counts(limit, unit));
        return switch (limit.span()) {
            case DAY -> from -> earliestWindow(Period.DAY, limit, times, ask, from);
            case ISO_WEEK -> from -> earliestWindow(Period.ISO_WEEK, limit, times, ask, from);
            case ROLLING ->
                    from ->
                            times.earliestWithin(
                                    Math.max(from, sealedMillis + limit.spanMillis()),
                                    ask.units(),
                                    limit.spanMillis(),
                                    limit.cap());
        };
    }

    static boolean counts(Limit limit, Unit unit) {
        return limit.counts(unit.channel(), unit.type(), unit.channelOnly());
    }

    private SendTimes times(Unit ask, Predicate<Unit> counted) {
        SendTimes times = new SendTimes();
        for (Unit unit : book.units) {
            if (unit.serial() != ask.serial() && !unit.floating() && counted.test(unit)) {
                times.add(unit.atMillis(), unit.units());
            }
        }
        return times;
    }

    private long earliestWindow(Period period, Limit limit, SendTimes times, Unit ask, long from) {
        long at = from;
        for (int ahead = 0; ahead < ROUNDS_MAX && ask.units() <= limit.cap(); ahead++) {
            Window window = book.windowAt(period, at, zone.days());
            int kept = limit.scope() == Limit.Scope.USER ? protectedIn(window, period, ask) : 0;
            int taken = times.count(window.startMillis(), window.endMillis());
            if (window.startMillis() > sealedMillis && taken + ask.units() + kept <= limit.cap()) {
                return at;
            }
            at = window.endMillis();
        }
        return NEVER;
    }

    /// Units of a day that are kept for messages of high priority and not yet taken by them.
    private int protectedIn(Window window, Period period, Unit ask) {
        if (period != Period.DAY
                || ask.priority() == Priority.HIGH
                || policy.protectedUnits() == 0) {
            return 0;
        }
        int high =
                times(ask, unit -> unit.priority() == Priority.HIGH)
                        .count(window.startMillis(), window.endMillis());
        return Math.max(0, policy.protectedUnits() - high);
    }

    private Constraint ownCap(Unit ask, int cap) {
        SendTimes times = times(ask, unit -> unit.priority() == ask.priority());
        return new Constraint(
                Denial.USER_DAY_CAP,
                "PRIORITY:" + ask.priority() + "/DAY",
                from -> {
                    long at = from;
                    for (int ahead = 0; ahead < ROUNDS_MAX && ask.units() <= cap; ahead++) {
                        Window window = book.windowAt(Period.DAY, at, zone.days());
                        int taken = times.count(window.startMillis(), window.endMillis());
                        if (taken + ask.units() <= cap) {
                            return at;
                        }
                        at = window.endMillis();
                    }
                    return NEVER;
                });
    }
}
