package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.window.CalendarWindows;
import dev.mobula.ranking.notify.window.Period;
import dev.mobula.ranking.notify.window.UserZone;
import dev.mobula.ranking.notify.window.Window;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a ledger keeps of one person: the open windows, and every message that may still count.
///
/// There are no counters to go wrong: a count is a sum over the messages, so a new policy finds the past as it was.
final class Book {
    static final int UNITS_MAX = 2_048;

    private static final int VERSION = 1;
    private static final long KEPT_MILLIS = Duration.ofDays(11).toMillis();

    Contact contact = Contact.UNKNOWN;
    Fatigue fatigue = Fatigue.NONE;
    final List<Unit> units = new ArrayList<>();
    private @Nullable Window day;
    private @Nullable Window week;
    private long lastSerial;

    long nextSerial() {
        return ++lastSerial;
    }

    /// Opens the windows that now is in, and drops messages that no counter can reach.
    void roll(long now, ZoneId zone, long reachMillis) {
        day = openOrFollowing(day, Period.DAY, now, zone);
        week = openOrFollowing(week, Period.ISO_WEEK, now, zone);
        long oldest = Math.min(week.startMillis(), now - Math.max(KEPT_MILLIS, reachMillis));
        units.removeIf(
                unit ->
                        unit.state() == ReservationState.COMMITTED
                                && unit.atMillis() < oldest
                                && unit.groupUntilMillis() <= now);
    }

    /// Opens the windows anew in a zone. Nothing was counted in them, so nobody gets a budget twice.
    void reopen(long now, ZoneId zone) {
        if (!units.isEmpty()) {
            throw new IllegalStateException("units=" + units.size() + ": their windows are open");
        }
        day = CalendarWindows.at(Period.DAY, zone, now);
        week = CalendarWindows.at(Period.ISO_WEEK, zone, now);
    }

    private static Window openOrFollowing(
            @Nullable Window open, Period period, long now, ZoneId zone) {
        return open == null
                ? CalendarWindows.at(period, zone, now)
                : CalendarWindows.inForce(open, zone, now);
    }

    /// The window that a time is in or will be in, as things stand.
    Window windowAt(Period period, long millis, ZoneId zone) {
        return openOrFollowing(period == Period.DAY ? day : week, period, millis, zone);
    }

    Optional<Unit> find(long serial) {
        return units.stream().filter(unit -> unit.serial() == serial).findFirst();
    }

    void replace(Unit unit) {
        for (int i = 0; i < units.size(); i++) {
            if (units.get(i).serial() == unit.serial()) {
                units.set(i, unit);
                return;
            }
        }
        throw new IllegalStateException("unit " + unit.serial() + " is not in the book");
    }

    void remove(long serial) {
        units.removeIf(unit -> unit.serial() == serial);
    }

    /// The live message of a group: one that is not over, or that was sent and has not expired.
    Optional<Unit> ofGroup(String group, long now) {
        return group.isEmpty()
                ? Optional.empty()
                : units.stream()
                        .filter(unit -> unit.group().equals(group) && !unit.channelOnly())
                        .filter(
                                unit ->
                                        unit.state() != ReservationState.COMMITTED
                                                || now < unit.groupUntilMillis())
                        .findFirst();
    }

    UserZone zone(BudgetPolicy policy) {
        return UserZone.of(contact.zone(), policy.defaultZone(), policy.countryZones());
    }

    byte[] encode() {
        RecordWriter out = new RecordWriter(VERSION);
        contact.write(out);
        out.writeFixed(Double.doubleToRawLongBits(fatigue.level()));
        out.writeSigned(fatigue.atMillis());
        write(out, day);
        write(out, week);
        out.writeCount(lastSerial);
        out.writeCount(units.size());
        units.forEach(unit -> unit.write(out));
        return out.finish();
    }

    static Book decode(byte @Nullable [] row, UserKey owner) {
        Book book = new Book();
        if (row == null) {
            return book;
        }
        RecordReader in = new RecordReader(row, VERSION, "ledger of " + owner);
        book.contact = Contact.read(in);
        book.fatigue = new Fatigue(Double.longBitsToDouble(in.readFixed()), in.readSigned());
        book.day = read(in, Period.DAY);
        book.week = read(in, Period.ISO_WEEK);
        book.lastSerial = in.readCount();
        for (int i = in.readLength(1); i > 0; i--) {
            book.units.add(Unit.read(in));
        }
        in.finish();
        return book;
    }

    private static void write(RecordWriter out, @Nullable Window window) {
        out.writeByte(window == null ? 0 : 1);
        if (window != null) {
            out.writeSigned(window.firstDay().toEpochDay());
            out.writeSigned(window.startMillis());
            out.writeSigned(window.endMillis());
            out.writeText(window.zone().getId());
        }
    }

    private static @Nullable Window read(RecordReader in, Period period) {
        return in.readByte() == 0
                ? null
                : new Window(
                        period,
                        LocalDate.ofEpochDay(in.readSigned()),
                        in.readSigned(),
                        in.readSigned(),
                        BudgetPolicy.readZone(in));
    }
}
