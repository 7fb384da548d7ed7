package dev.mobula.ranking.notify.ledger;

import static dev.mobula.ranking.notify.ledger.ReservationState.COMMITTED;
import static dev.mobula.ranking.notify.ledger.ReservationState.RELEASED;
import static dev.mobula.ranking.notify.ledger.ReservationState.RESERVED;
import static dev.mobula.ranking.notify.ledger.ReservationState.SENDING;

import dev.mobula.ranking.notify.Denial;
import dev.mobula.ranking.notify.Priority;
import dev.mobula.ranking.notify.window.Period;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The life of a reservation: reserved, being sent, then committed or released.
final class Reservations {
    /*
     * RESERVED that runs out is RELEASED: nobody was told to send. SENDING that runs out is
     * COMMITTED: the message may have left, and a message in doubt counts as sent. Without the
     * state between, "sent, crashed before the commit, timed out, released" would send too many.
     *
     * A reservation ends by itself at its deadline, not when somebody sweeps: whoever looks at a
     * book first ends what has run out, so an answer depends on the time alone.
     */
    private static final long SENDING_MILLIS = Duration.ofMinutes(15).toMillis();
    private static final long LATE_MILLIS = Duration.ofHours(1).toMillis();

    /// An open reservation with what belongs to it.
    private record Found(
            ReservationId id, Reservation reservation, Book book, BudgetPolicy policy) {
        private Unit unit() {
            return book.find(id.serial())
                    .orElseThrow(
                            () -> new IllegalStateException("reservation " + id + " has no unit"));
        }
    }

    private Reservations() {}

    static Reply begin(Turn turn, Command.BeginSend command) {
        Found found = find(turn, command.id());
        Reservation reservation = found.reservation();
        requireReserved(reservation);
        if (command.fence() != reservation.fence() || command.fence() < turn.seal().epoch()) {
            throw new Refusal(
                    LedgerError.FENCED,
                    "fence=%d of reservation %s: it has %d, and %d is the first that holds"
                            .formatted(
                                    command.fence(),
                                    command.id(),
                                    reservation.fence(),
                                    turn.seal().epoch()));
        }
        Unit unit = found.unit();
        turn.requireOpen(found.policy(), unit.priority());
        Optional<Reply.Denied> unwanted = Admission.unwanted(found.book(), unit);
        if (unwanted.isPresent()) {
            end(turn, found.id(), reservation, found.book(), false);
            turn.save(found.id().owner(), found.book());
            turn.deny(found.id().owner().tenant(), unit.channel(), unwanted.get().reason());
            return unwanted.get();
        }
        Unit debited = redebited(turn, found, unit);
        Caps caps = new Caps(found.book(), found.policy(), found.id().owner(), turn.seal());
        Optional<Reply.Denied> denied =
                debited.equals(unit) ? quiet(caps, turn.now(), found) : caps.check(debited);
        if (denied.isPresent()) {
            turn.deny(found.id().owner().tenant(), unit.channel(), denied.get().reason());
            return denied.get();
        }
        turn.count(found.id().owner().tenant(), unit, Spending.Kind.BEGUN);
        Reservation sending = reservation.sending(turn.now(), turn.now() + SENDING_MILLIS);
        found.book().replace(debited.becoming(SENDING, sending.deadlineMillis()));
        return move(turn, found, sending);
    }

    private static Optional<Reply.Denied> quiet(Caps caps, long now, Found found) {
        if (found.unit().priority() == Priority.CRITICAL || !caps.quiet().isQuiet(now)) {
            return Optional.empty();
        }
        long allowed = caps.quiet().deferredTo(now, found.id().owner().user()).orElse(0);
        return Optional.of(new Reply.Denied(Denial.QUIET_HOURS, allowed, "", 0));
    }

    /// The unit as it counts when it is begun now: in the window it was taken from, or in today's.
    private static Unit redebited(Turn turn, Found found, Unit unit) {
        long now = turn.now();
        long dayStart =
                found.book()
                        .windowAt(Period.DAY, now, found.book().zone(found.policy()).days())
                        .startMillis();
        boolean asPlanned =
                !unit.floating()
                        && unit.dayStartMillis() == dayStart
                        && unit.atMillis() <= now
                        && now <= unit.atMillis() + LATE_MILLIS;
        return asPlanned ? unit : unit.debitedAt(now, dayStart);
    }

    static Reply commit(Turn turn, Command.Commit command) {
        Found found = find(turn, command.id());
        Reservation reservation = found.reservation();
        return switch (reservation.state()) {
            case COMMITTED -> reservation.standing(found.id());
            case RELEASED -> throw released(reservation);
            case RESERVED ->
                    throw new Refusal(
                            LedgerError.INVALID_ARGUMENT,
                            "reservation " + found.id() + ": not begun, so nothing was sent");
            case SENDING -> {
                turn.draft().delete(Table.EXPIRY, due(found.id(), reservation));
                Reservation over =
                        reservation.over(COMMITTED, turn.now(), false, command.providerMessageId());
                count(found.book(), found.unit(), reservation);
                save(turn, found.id(), over);
                turn.save(found.id().owner(), found.book());
                yield over.standing(found.id());
            }
        };
    }

    private static void count(Book book, Unit unit, Reservation sending) {
        book.replace(unit.becoming(COMMITTED, Long.MAX_VALUE));
        book.fatigue = book.fatigue.plus(sending.sendingSinceMillis(), unit.units());
    }

    static Reply release(Turn turn, Command.Release command) {
        Found found = find(turn, command.id());
        Reservation reservation = found.reservation();
        return switch (reservation.state()) {
            case RELEASED -> reservation.standing(found.id());
            case COMMITTED ->
                    throw new Refusal(
                            reservation.timedOut()
                                    ? LedgerError.SEND_IN_DOUBT
                                    : LedgerError.ALREADY_COMMITTED,
                            "reservation " + found.id() + ": counts as sent");
            case RESERVED, SENDING -> {
                Reservation over = end(turn, found.id(), reservation, found.book(), false);
                turn.save(found.id().owner(), found.book());
                yield over.standing(found.id());
            }
        };
    }

    static Reply extend(Turn turn, Command.Extend command) {
        Found found = find(turn, command.id());
        Reservation reservation = found.reservation();
        switch (reservation.state()) {
            case COMMITTED ->
                    throw new Refusal(LedgerError.ALREADY_COMMITTED, "reservation " + found.id());
            case RELEASED -> throw released(reservation);
            case RESERVED, SENDING -> {}
        }
        long wanted = turn.now() + command.ttlMillis();
        long deadline =
                Math.max(
                        reservation.deadlineMillis(),
                        Math.min(wanted, reservation.messageExpiresMillis()));
        found.book().replace(found.unit().becoming(reservation.state(), deadline));
        return move(turn, found, reservation.until(deadline));
    }

    static Reply get(Turn turn, Command.GetReservation command) {
        return find(turn, command.id()).reservation().standing(command.id());
    }

    /// Stores a reservation whose deadline moved.
    private static Reply move(Turn turn, Found found, Reservation moved) {
        turn.draft().delete(Table.EXPIRY, due(found.id(), found.reservation()));
        turn.draft().put(Table.EXPIRY, due(found.id(), moved), new byte[0]);
        save(turn, found.id(), moved);
        turn.save(found.id().owner(), found.book());
        return moved.standing(found.id());
    }

    private static Found find(Turn turn, ReservationId id) {
        BudgetPolicy policy = turn.policy(id.owner());
        Book book = turn.book(id.owner(), policy);
        settle(turn, id.owner(), book);
        byte[] row = turn.draft().get(Table.RESERVATION, Keys.reservation(id));
        if (row == null) {
            throw new Refusal(LedgerError.RESERVATION_NOT_FOUND, "reservationId=" + id);
        }
        return new Found(id, Reservation.decode(row, id), book, policy);
    }

    private static void requireReserved(Reservation reservation) {
        switch (reservation.state()) {
            case RESERVED -> {}
            case SENDING ->
                    throw new Refusal(
                            LedgerError.SEND_IN_DOUBT, "begun before: the message may have left");
            case COMMITTED ->
                    throw new Refusal(LedgerError.ALREADY_COMMITTED, "the message was sent");
            case RELEASED -> throw released(reservation);
        }
    }

    private static Refusal released(Reservation reservation) {
        return reservation.timedOut()
                ? new Refusal(LedgerError.RESERVATION_EXPIRED, "at " + reservation.deadlineMillis())
                : new Refusal(LedgerError.ALREADY_RELEASED, "at " + reservation.deadlineMillis());
    }

    /// Ends what has run out of time, in the book and in the rows together.
    static void settle(Turn turn, UserKey owner, Book book) {
        List<Unit> over =
                book.units.stream().filter(unit -> unit.deadlineMillis() <= turn.now()).toList();
        for (Unit unit : over) {
            settle(turn, new ReservationId(owner, unit.serial()), book, unit);
        }
        if (!over.isEmpty()) {
            turn.save(owner, book);
        }
    }

    private static void settle(Turn turn, ReservationId id, Book book, Unit unit) {
        byte[] row = turn.draft().get(Table.RESERVATION, Keys.reservation(id));
        if (row == null) {
            throw new IllegalStateException("unit " + id + " has no reservation");
        }
        Reservation reservation = Reservation.decode(row, id);
        switch (reservation.state()) {
            case RESERVED -> end(turn, id, reservation, book, true);
            case SENDING -> {
                turn.draft().delete(Table.EXPIRY, due(id, reservation));
                count(book, unit, reservation);
                long millis = reservation.deadlineMillis();
                save(turn, id, reservation.over(COMMITTED, millis, true, ""));
            }
            case COMMITTED, RELEASED ->
                    throw new IllegalStateException(
                            "unit %s is open, its reservation %s"
                                    .formatted(id, reservation.state()));
        }
    }

    private static Reservation end(
            Turn turn, ReservationId id, Reservation reservation, Book book, boolean byItself) {
        turn.draft().delete(Table.EXPIRY, due(id, reservation));
        book.find(id.serial())
                .ifPresent(unit -> turn.count(id.owner().tenant(), unit, ended(reservation)));
        book.remove(id.serial());
        Leases.credit(turn, reservation);
        long millis = byItself ? reservation.deadlineMillis() : turn.now();
        Reservation over = reservation.over(RELEASED, millis, byItself, "");
        save(turn, id, over);
        return over;
    }

    private static Spending.Kind ended(Reservation reservation) {
        return reservation.state() == SENDING ? Spending.Kind.RETURNED : Spending.Kind.RELEASED;
    }

    static byte[] due(ReservationId id, Reservation reservation) {
        return Keys.expiry(Keys.DUE, reservation.deadlineMillis(), Keys.reservation(id));
    }

    static void save(Turn turn, ReservationId id, Reservation reservation) {
        turn.draft().put(Table.RESERVATION, Keys.reservation(id), reservation.encode());
    }
}
