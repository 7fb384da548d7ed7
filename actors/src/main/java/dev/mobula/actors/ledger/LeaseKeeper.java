package dev.mobula.actors.ledger;

import dev.mobula.actors.runtime.CallException;
import dev.mobula.ranking.notify.ledger.Command;
import dev.mobula.ranking.notify.ledger.GlobalCaps;
import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.Reply;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;

/// Borrows units of global counters before they are needed, and gives back what lies idle.
///
/// Its numbers are estimates: what may be spent is what the ledger holds on disk. Who cannot reach the caps spends what is
/// left here, and is then denied.
final class LeaseKeeper {
    /*
     * A loan is asked for under the next number of this epoch and added to the ledger under the same
     * one. When it is unknown whether either happened, the same number is used again and the same
     * units come: nothing is lent twice or added twice. A return is taken out of the ledger before the
     * caps hear of it; what is lost in between counts as spent.
     */
    static final int WANTED = 1_000;

    private static final long PAUSE_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long IDLE_NANOS = Duration.ofMinutes(1).toNanos();
    private static final int COUNTERS_MAX = 100_000;

    private final String name;
    private final LedgerStore store;
    private final Function<GlobalCaps.Request, Outcome> caps;
    private final LongSupplier nanoTime;
    private final Map<String, Loan> loans = new ConcurrentHashMap<>();

    LeaseKeeper(
            String name,
            LedgerStore store,
            Function<GlobalCaps.Request, Outcome> caps,
            LongSupplier nanoTime) {
        this.name = name;
        this.store = store;
        this.caps = caps;
        this.nanoTime = nanoTime;
    }

    private static final class Loan {
        private long granted;
        private long returned;
        private long left;
        private long askAgainNanos;
        private long usedNanos;
    }

    /// Sees to it that a counter has so many units here, if there are any to be had.
    void ensure(String counter, int units) {
        if (loans.size() >= COUNTERS_MAX && !loans.containsKey(counter)) {
            return;
        }
        Loan loan = loans.computeIfAbsent(counter, fresh -> newLoan());
        synchronized (loan) {
            loan.usedNanos = nanoTime.getAsLong();
            loan.left -= units;
            if (loan.left < 0 && loan.usedNanos - loan.askAgainNanos >= 0) {
                borrow(counter, loan, units);
            }
        }
    }

    private Loan newLoan() {
        Loan loan = new Loan();
        loan.askAgainNanos = nanoTime.getAsLong();
        return loan;
    }

    private void borrow(String counter, Loan loan, int units) {
        loan.left = added(counter, loan.granted, 0) - units;
        if (loan.left >= 0) {
            return;
        }
        try {
            long serial = loan.granted + 1;
            Reply lent =
                    caps.apply(
                                    new GlobalCaps.Request.Grant(
                                            counter,
                                            name,
                                            store.epoch(),
                                            serial,
                                            Math.max(WANTED, units)))
                            .reply();
            if (lent instanceof Reply.Done(long number)) {
                loan.left = added(counter, serial, (int) number) - units;
                loan.granted = serial;
            }
        } catch (CallException away) {
            loan.left = -1;
        }
        if (loan.left < 0) {
            loan.askAgainNanos = nanoTime.getAsLong() + PAUSE_NANOS;
        }
    }

    /// Adds a grant to the ledger, or the last one again, and returns what is unspent.
    private long added(String counter, long serial, int units) {
        CompletableFuture<Outcome> added =
                store.apply(new Command.AddLease(counter, store.epoch(), serial, units));
        return added.join().reply() instanceof Reply.Done(long left) ? left : 0;
    }

    /// Gives back what nobody has asked for of late.
    void returnIdle() {
        loans.forEach(
                (counter, loan) -> {
                    synchronized (loan) {
                        if (nanoTime.getAsLong() - loan.usedNanos >= IDLE_NANOS) {
                            giveBack(counter, loan);
                        }
                    }
                });
    }

    private void giveBack(String counter, Loan loan) {
        int left = (int) Math.min(Integer.MAX_VALUE, added(counter, loan.granted, 0));
        if (left <= 0) {
            return;
        }
        long serial = loan.returned + 1;
        Reply taken =
                store.apply(new Command.ReturnLease(counter, store.epoch(), serial, left))
                        .join()
                        .reply();
        if (taken instanceof Reply.Done) {
            loan.returned = serial;
            loan.left = 0;
            var _ =
                    caps.apply(
                            new GlobalCaps.Request.TakeBack(
                                    counter, name, store.epoch(), serial, left));
        }
    }
}
