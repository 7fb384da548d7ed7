package dev.mobula.ranking.notify.ledger;

import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Counts of what became of a person's messages.
///
/// A count is a sum and a last time a maximum, so late events and events out of order come to the same as in order; an
/// event is counted once however often it is told. What was delivered and opened is counted by the hour of the person's
/// week, too: that is what tells when they open messages.
final class Outcomes {
    private static final int VERSION = 2;
    private static final int VERSION_WITHOUT_HOURS = 1;
    private static final String OPERATION = "outcome";
    private static final long REMEMBERED_MILLIS = Duration.ofDays(8).toMillis();
    private static final long LATE_MILLIS_MAX = Duration.ofDays(7).toMillis();
    private static final int KINDS = OutcomeKind.values().length;

    private Outcomes() {}

    /// The answer's number is 1 when the event was new, 0 when it was counted before.
    static Reply record(Turn turn, Command.RecordOutcome event) {
        if (event.atMillis() < turn.now() - LATE_MILLIS_MAX) {
            throw new Refusal(
                    LedgerError.EXPIRED, "at=" + event.atMillis() + ": more than seven days old");
        }
        byte[] seen =
                Keys.idempotency(
                        event.owner().tenant(),
                        OPERATION,
                        event.owner().user() + "/" + event.event());
        if (turn.draft().get(Table.IDEMPOTENCY, seen) != null) {
            return new Reply.Done(0);
        }
        turn.draft().put(Table.IDEMPOTENCY, seen, new byte[0]);
        turn.draft()
                .put(
                        Table.EXPIRY,
                        Keys.expiry(Keys.FORGET, turn.now() + REMEMBERED_MILLIS, seen),
                        new byte[0]);
        Stored stored = read(turn, event.owner());
        int at = event.kind().code() - 1;
        stored.counts[at]++;
        stored.counts[KINDS + at] = Math.max(stored.counts[KINDS + at], event.atMillis());
        if (event.kind() == OutcomeKind.DELIVERED || event.kind() == OutcomeKind.OPENED) {
            boolean opened = event.kind() == OutcomeKind.OPENED;
            Reply.Hour one =
                    new Reply.Hour(hourOfWeek(turn, event), opened ? 0 : 1, opened ? 1 : 0);
            stored.hours.merge(
                    one.ofWeek(),
                    one,
                    (many, more) ->
                            new Reply.Hour(
                                    many.ofWeek(),
                                    many.delivered() + more.delivered(),
                                    many.opened() + more.opened()));
        }
        turn.draft().put(Table.OUTCOME, Keys.user(event.owner()), stored.encode());
        return new Reply.Done(1);
    }

    /// On the clock of the person, as far as it is known.
    private static int hourOfWeek(Turn turn, Command.RecordOutcome event) {
        boolean known = !turn.policies().all(turn.draft(), event.owner().tenant()).isEmpty();
        ZoneId zone = ZoneOffset.UTC;
        if (known) {
            BudgetPolicy policy = turn.policy(event.owner());
            zone = turn.book(event.owner(), policy).zone(policy).days();
        }
        ZonedDateTime local = Instant.ofEpochMilli(event.atMillis()).atZone(zone);
        return (local.getDayOfWeek().getValue() - 1) * 24 + local.getHour();
    }

    static Reply get(Turn turn, Command.GetOutcomes command) {
        Stored stored = read(turn, command.owner());
        List<Long> counts = new ArrayList<>();
        List<Long> last = new ArrayList<>();
        for (int kind = 0; kind < KINDS; kind++) {
            counts.add(stored.counts[kind]);
            last.add(stored.counts[KINDS + kind]);
        }
        return new Reply.Outcomes(counts, last, List.copyOf(stored.hours.values()));
    }

    static void write(RecordWriter out, Reply.Hour hour) {
        out.writeCount(hour.ofWeek());
        out.writeCount(hour.delivered());
        out.writeCount(hour.opened());
    }

    static Reply.Hour readHour(RecordReader in) {
        return new Reply.Hour((int) in.readCount(), in.readCount(), in.readCount());
    }

    /// Counts by kind, then the last time of each; and the hours.
    private static final class Stored {
        private final long[] counts = new long[2 * KINDS];
        private final NavigableMap<Integer, Reply.Hour> hours = new TreeMap<>();

        private byte[] encode() {
            RecordWriter out = new RecordWriter(VERSION);
            for (long count : counts) {
                out.writeCount(count);
            }
            out.writeCount(hours.size());
            hours.values().forEach(hour -> write(out, hour));
            return out.finish();
        }
    }

    private static Stored read(Turn turn, UserKey owner) {
        Stored stored = new Stored();
        byte @Nullable [] row = turn.draft().get(Table.OUTCOME, Keys.user(owner));
        if (row != null) {
            boolean old = row.length > 0 && row[0] == VERSION_WITHOUT_HOURS;
            RecordReader in =
                    new RecordReader(
                            row, old ? VERSION_WITHOUT_HOURS : VERSION, "outcomes of " + owner);
            for (int i = 0; i < stored.counts.length; i++) {
                stored.counts[i] = in.readCount();
            }
            for (long left = old ? 0 : in.readCount(); left > 0; left--) {
                Reply.Hour hour = readHour(in);
                stored.hours.put(hour.ofWeek(), hour);
            }
            in.finish();
        }
        return stored;
    }
}
