package dev.mobula.ranking.notify.ledger;

import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Counts of what became of a person's messages.
///
/// A count is a sum and a last time a maximum, so late events and events out of order come to the same as in order; an
/// event is counted once however often it is told.
final class Outcomes {
    private static final int VERSION = 1;
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
        long[] counts = read(turn, event.owner());
        int at = event.kind().code() - 1;
        counts[at]++;
        counts[KINDS + at] = Math.max(counts[KINDS + at], event.atMillis());
        RecordWriter out = new RecordWriter(VERSION);
        for (long count : counts) {
            out.writeCount(count);
        }
        turn.draft().put(Table.OUTCOME, Keys.user(event.owner()), out.finish());
        return new Reply.Done(1);
    }

    static Reply get(Turn turn, Command.GetOutcomes command) {
        long[] row = read(turn, command.owner());
        List<Long> counts = new ArrayList<>();
        List<Long> last = new ArrayList<>();
        for (int kind = 0; kind < KINDS; kind++) {
            counts.add(row[kind]);
            last.add(row[KINDS + kind]);
        }
        return new Reply.Outcomes(counts, last);
    }

    /// Counts by kind, then the last time of each.
    private static long[] read(Turn turn, UserKey owner) {
        long[] counts = new long[2 * KINDS];
        byte @Nullable [] row = turn.draft().get(Table.OUTCOME, Keys.user(owner));
        if (row != null) {
            RecordReader in = new RecordReader(row, VERSION, "outcomes of " + owner);
            for (int i = 0; i < counts.length; i++) {
                counts[i] = in.readCount();
            }
            in.finish();
        }
        return counts;
    }
}
