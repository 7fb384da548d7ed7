package dev.mobula.ranking.notify.ledger;

import dev.mobula.ranking.notify.Denial;
import dev.mobula.retrieval.store.RecordReader;
import dev.mobula.retrieval.store.RecordWriter;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The part of each global counter that this ledger may spend without asking anybody.
///
/// What is here was taken out of the global cap before it came, so spending it needs no one's consent. A lease of an
/// epoch before the seal is void: what is left of it counts as spent.
final class Leases {
    private static final String CAMPAIGN = "campaign/";

    /// @param epoch the epoch of the last grant or return
    /// @param granted the number of the last grant in it
    /// @param returned the number of the last return in it
    /// @param units all that was granted and not returned
    /// @param used reserved, being sent, or sent
    private record Lease(long epoch, long granted, long returned, long units, long used) {
        private static final int VERSION = 1;
        private static final Lease NONE = new Lease(0, 0, 0, 0, 0);

        private Lease in(long newEpoch) {
            return epoch == newEpoch ? this : new Lease(newEpoch, 0, 0, units, used);
        }

        private Lease using(long more) {
            return new Lease(epoch, granted, returned, units, used + more);
        }

        private byte[] encode() {
            RecordWriter out = new RecordWriter(VERSION);
            out.writeCount(epoch);
            out.writeCount(granted);
            out.writeCount(returned);
            out.writeCount(units);
            out.writeCount(used);
            return out.finish();
        }

        private static Lease decode(byte @Nullable [] row, String counter, SealMark seal) {
            if (row == null) {
                return NONE;
            }
            RecordReader in = new RecordReader(row, VERSION, "lease of " + counter);
            Lease lease =
                    new Lease(
                            in.readCount(),
                            in.readCount(),
                            in.readCount(),
                            in.readCount(),
                            in.readCount());
            in.finish();
            return lease.epoch < seal.epoch() ? NONE : lease;
        }
    }

    private Leases() {}

    /// The first counter that has not so many units left.
    static Optional<Reply.Denied> check(Turn turn, List<String> counters, int units) {
        for (String counter : counters) {
            Lease lease = find(turn, counter);
            if (lease.units() - lease.used() < units) {
                Denial denial =
                        counter.startsWith(CAMPAIGN) ? Denial.CAMPAIGN_EXHAUSTED : Denial.PACED;
                return Optional.of(new Reply.Denied(denial, 0, counter, 0));
            }
        }
        return Optional.empty();
    }

    static void debit(Turn turn, List<String> counters, int units) {
        counters.forEach(counter -> save(turn, counter, find(turn, counter).using(units)));
    }

    /// Gives back what a reservation took, unless the lease it took it from is void.
    static void credit(Turn turn, Reservation reservation) {
        if (reservation.fence() >= turn.seal().epoch()) {
            for (String counter : reservation.counters()) {
                save(turn, counter, find(turn, counter).using(-reservation.units()));
            }
        }
    }

    static Reply add(Turn turn, Command.AddLease command) {
        requireEpoch(turn, command.epoch());
        Lease lease = find(turn, command.counter()).in(turn.epoch());
        if (command.serial() == lease.granted() + 1) {
            lease =
                    new Lease(
                            lease.epoch(),
                            command.serial(),
                            lease.returned(),
                            lease.units() + command.units(),
                            lease.used());
            save(turn, command.counter(), lease);
        } else if (command.serial() != lease.granted()) {
            throw outOfOrder("grant", command.serial(), lease.granted());
        }
        return new Reply.Done(lease.units() - lease.used());
    }

    static Reply giveBack(Turn turn, Command.ReturnLease command) {
        requireEpoch(turn, command.epoch());
        Lease lease = find(turn, command.counter()).in(turn.epoch());
        if (command.serial() == lease.returned() + 1) {
            if (lease.units() - lease.used() < command.units()) {
                throw new Refusal(
                        LedgerError.INVALID_ARGUMENT,
                        "units=%d: only %d of %s are unspent"
                                .formatted(
                                        command.units(),
                                        lease.units() - lease.used(),
                                        command.counter()));
            }
            lease =
                    new Lease(
                            lease.epoch(),
                            lease.granted(),
                            command.serial(),
                            lease.units() - command.units(),
                            lease.used());
            save(turn, command.counter(), lease);
        } else if (command.serial() != lease.returned()) {
            throw outOfOrder("return", command.serial(), lease.returned());
        }
        return new Reply.Done(lease.units() - lease.used());
    }

    private static void requireEpoch(Turn turn, long epoch) {
        if (epoch != turn.epoch()) {
            throw new Refusal(
                    LedgerError.FENCED, "lease of epoch " + epoch + ", now " + turn.epoch());
        }
    }

    private static Refusal outOfOrder(String what, long serial, long last) {
        return new Refusal(
                LedgerError.INVALID_ARGUMENT, what + " serial=" + serial + ": the last is " + last);
    }

    private static Lease find(Turn turn, String counter) {
        byte[] row = turn.draft().get(Table.LEASE, Keys.name(counter));
        return Lease.decode(row, counter, turn.seal());
    }

    private static void save(Turn turn, String counter, Lease lease) {
        turn.draft().put(Table.LEASE, Keys.name(counter), lease.encode());
    }
}
