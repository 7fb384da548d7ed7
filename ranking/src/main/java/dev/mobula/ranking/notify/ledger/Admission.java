package dev.mobula.ranking.notify.ledger;

import static dev.mobula.ranking.notify.ledger.ReservationState.COMMITTED;
import static dev.mobula.ranking.notify.ledger.ReservationState.RESERVED;

import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.window.Period;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Decides whether a message gets a reservation, and keeps the answer under its idempotency key.
final class Admission {
    private static final long KEPT_MILLIS = Duration.ofHours(24).toMillis();
    private static final String RESERVE = "reserve";

    private Admission() {}

    /// The answer to a request that came before.
    static Optional<Reply> replay(Turn turn, Command.Reserve request) {
        return Answers.find(turn.draft(), key(request), request);
    }

    static Reply reserve(Turn turn, Command.Reserve request) {
        Reply reply = decide(turn, request);
        if (reply instanceof Reply.Denied denied) {
            turn.deny(request.owner().tenant(), request.channel(), denied.reason());
        }
        keep(turn, request, reply);
        return reply;
    }

    /// A denial is not kept: the same key may ask again.
    static Reply reserveWhenPossible(Turn turn, Command.Reserve request) {
        Reply reply = decide(turn, request);
        if (reply instanceof Reply.Granted) {
            keep(turn, request, reply);
        }
        return reply;
    }

    private static void keep(Turn turn, Command.Reserve request, Reply reply) {
        byte[] key = key(request);
        byte[] reservation =
                reply instanceof Reply.Granted granted
                        ? Keys.reservation(granted.id())
                        : new byte[0];
        Answers.store(turn.draft(), key, request, reply);
        turn.draft()
                .put(
                        Table.EXPIRY,
                        Keys.expiry(Keys.FORGET, request.expiresAtMillis() + KEPT_MILLIS, key),
                        reservation);
    }

    private static byte[] key(Command.Reserve request) {
        return Keys.idempotency(request.owner().tenant(), RESERVE, request.key());
    }

    /// Grants or denies; only a grant changes anything.
    private static Reply decide(Turn turn, Command.Reserve request) {
        requireTimes(turn.now(), request);
        BudgetPolicy policy = turn.policy(request.owner());
        turn.requireOpen(policy, request.priority());
        if (request.priority() == Priority.CRITICAL
                && !policy.criticalTypes().contains(request.type())) {
            throw new Refusal(
                    LedgerError.INVALID_ARGUMENT,
                    "priority=CRITICAL: type " + request.type() + " may not be critical");
        }
        Book book = turn.book(request.owner(), policy);
        Reservations.settle(turn, request.owner(), book);
        requireFallback(request, book);
        Unit ask = unit(request, book, policy, turn.now());
        Optional<Reply.Denied> denied =
                duplicate(book, request, turn.now())
                        .or(() -> unwanted(book, ask))
                        .or(() -> new Caps(book, policy, request.owner(), turn.seal()).check(ask))
                        .or(() -> leased(turn, request));
        return denied.isPresent() ? denied.get() : grant(turn, request, book, ask);
    }

    private static void requireTimes(long now, Command.Reserve request) {
        if (now >= request.expiresAtMillis()) {
            throw new Refusal(
                    LedgerError.EXPIRED, "expiresAt=" + request.expiresAtMillis() + ", now " + now);
        }
        if (request.expiresAtMillis() > now + Command.AHEAD_MILLIS_MAX) {
            throw new Refusal(
                    LedgerError.INVALID_ARGUMENT,
                    "expiresAt=%d: more than seven days after %d"
                            .formatted(request.expiresAtMillis(), now));
        }
        if (request.sendAtMillis() >= request.expiresAtMillis()) {
            throw new Refusal(
                    LedgerError.INVALID_ARGUMENT,
                    "sendAt=%d: not before expiresAt=%d"
                            .formatted(request.sendAtMillis(), request.expiresAtMillis()));
        }
    }

    private static void requireFallback(Command.Reserve request, Book book) {
        if (request.fallbackOf() != 0
                && book.find(request.fallbackOf())
                        .filter(first -> first.state() == COMMITTED)
                        .filter(first -> first.group().equals(request.group()))
                        .isEmpty()) {
            throw new Refusal(
                    LedgerError.INVALID_ARGUMENT,
                    "fallbackOf=" + request.fallbackOf() + ": no committed message of the group");
        }
    }

    private static Unit unit(Command.Reserve request, Book book, BudgetPolicy policy, long now) {
        long planned = Math.max(now, request.sendAtMillis());
        return new Unit(
                0,
                planned,
                book.windowAt(Period.DAY, planned, book.zone(policy).days()).startMillis(),
                request.units(),
                request.channel(),
                request.type(),
                request.priority(),
                request.group(),
                request.fallbackOf() != 0,
                false,
                RESERVED,
                Math.min(planned + request.ttlMillis(), request.expiresAtMillis()),
                request.expiresAtMillis());
    }

    private static Optional<Reply.Denied> duplicate(Book book, Command.Reserve request, long now) {
        return request.fallbackOf() != 0
                ? Optional.empty()
                : book.ofGroup(request.group(), now)
                        .map(live -> new Reply.Denied(Denial.DUPLICATE, 0, "", live.serial()));
    }

    /// What the person does not want, or cannot get. The law binds critical messages, too.
    static Optional<Reply.Denied> unwanted(Book book, Unit ask) {
        Contact contact = book.contact;
        if (contact.barred().contains(ask.channel())
                || (ask.priority() != Priority.CRITICAL
                        && !contact.wants(ask.channel(), ask.type()))) {
            return Optional.of(Reply.Denied.of(Denial.OPTED_OUT));
        }
        return contact.unreachable().contains(ask.channel())
                ? Optional.of(Reply.Denied.of(Denial.UNREACHABLE))
                : Optional.empty();
    }

    /// A critical message passes the global caps, too.
    private static List<String> counters(Command.Reserve request) {
        return request.priority() == Priority.CRITICAL ? List.of() : request.counters();
    }

    private static Optional<Reply.Denied> leased(Turn turn, Command.Reserve request) {
        return Leases.check(turn, counters(request), request.units());
    }

    private static Reply grant(Turn turn, Command.Reserve request, Book book, Unit ask) {
        if (book.units.size() >= Book.UNITS_MAX) {
            throw new Refusal(
                    LedgerError.OVERLOADED, "messages of one person: at most " + Book.UNITS_MAX);
        }
        ReservationId id = new ReservationId(request.owner(), book.nextSerial());
        book.units.add(ask.numbered(id.serial()));
        Reservation reservation =
                new Reservation(
                        RESERVED,
                        turn.epoch(),
                        ask.deadlineMillis(),
                        request.expiresAtMillis(),
                        0,
                        false,
                        request.units(),
                        counters(request),
                        "");
        Leases.debit(turn, reservation.counters(), reservation.units());
        turn.draft().put(Table.EXPIRY, Reservations.due(id, reservation), new byte[0]);
        Reservations.save(turn, id, reservation);
        turn.save(request.owner(), book);
        turn.count(request.owner().tenant(), ask, Spending.Kind.GRANTED);
        return new Reply.Granted(id, reservation.fence(), reservation.deadlineMillis());
    }
}
