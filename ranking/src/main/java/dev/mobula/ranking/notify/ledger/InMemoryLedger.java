package dev.mobula.ranking.notify.ledger;

/// A ledger whose rows live in memory: for simulations, dry runs and tests. Safe for any number of threads.
public final class InMemoryLedger {
    private final Ledger ledger;
    private final InMemoryRows rows;

    /// An empty ledger of epoch 1.
    public InMemoryLedger() {
        this(new InMemoryRows(), 1);
    }

    private InMemoryLedger(InMemoryRows rows, long epoch) {
        this.ledger = new Ledger(epoch);
        this.rows = rows;
        rows.store(ledger.apply(new Command.TakeOver(), Moment.at(0), rows));
    }

    /// A new owner of the same rows, with the next epoch: what is left after a crash.
    public InMemoryLedger successor(long epoch) {
        return new InMemoryLedger(rows, epoch);
    }

    /// Carries a command out and keeps what it changes.
    public synchronized Outcome apply(Command command, Moment moment) {
        return rows.store(ledger.apply(command, moment, rows));
    }

    /// The rows, for those who only look.
    public Rows rows() {
        return rows;
    }

    /// The number of rows of a kind.
    public synchronized int count(Table table) {
        return rows.count(table);
    }
}
