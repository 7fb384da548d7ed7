package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.window.Period;
import dev.mobula.ranking.notify.window.Window;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// Replaces what is known of a person.
///
/// When the zone changes, the windows after the open ones lie elsewhere. Reservations in a window that moved are placed
/// anew, the earliest first; one that finds no room counts nowhere until it is begun, and then must find room or be denied.
final class Contacts {
    private Contacts() {}

    static Reply put(Turn turn, Command.PutContact command) {
        BudgetPolicy policy = turn.policy(command.owner());
        Book book = turn.book(command.owner(), policy);
        Reservations.settle(turn, command.owner(), book);
        if (command.contact().version() != book.contact.version() + 1) {
            throw new Refusal(
                    LedgerError.VERSION_CONFLICT,
                    "contact version=%d: the stored one is %d"
                            .formatted(command.contact().version(), book.contact.version()));
        }
        ZoneId before = book.zone(policy).days();
        book.contact = command.contact();
        ZoneId after = book.zone(policy).days();
        if (book.units.isEmpty()) {
            book.reopen(turn.now(), after);
        } else if (!after.equals(before)) {
            place(turn, command.owner(), book, policy, moved(book, before, after));
        }
        turn.save(command.owner(), book);
        return new Reply.Done(book.contact.version());
    }

    private static List<Unit> moved(Book book, ZoneId before, ZoneId after) {
        List<Unit> moved = new ArrayList<>();
        for (Unit unit : book.units) {
            for (Period period : Period.values()) {
                Window was = book.windowAt(period, unit.atMillis(), before);
                Window is = book.windowAt(period, unit.atMillis(), after);
                if (unit.state() == ReservationState.RESERVED
                        && (was.startMillis() != is.startMillis()
                                || was.endMillis() != is.endMillis())) {
                    moved.add(unit);
                    break;
                }
            }
        }
        moved.sort(Comparator.comparingLong(Unit::atMillis).thenComparingLong(Unit::serial));
        return moved;
    }

    private static void place(
            Turn turn, UserKey owner, Book book, BudgetPolicy policy, List<Unit> moved) {
        moved.forEach(unit -> book.replace(unit.afloat()));
        Caps caps = new Caps(book, policy, owner, turn.seal());
        ZoneId zone = book.zone(policy).days();
        for (Unit unit : moved) {
            if (caps.fits(unit)) {
                long dayStart = book.windowAt(Period.DAY, unit.atMillis(), zone).startMillis();
                book.replace(unit.debitedAt(unit.atMillis(), dayStart));
            }
        }
    }
}
