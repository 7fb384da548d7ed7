package dev.mobula.actors.ledger;

import dev.mobula.ranking.notify.ledger.Outcome;
import dev.mobula.ranking.notify.ledger.RowWrite;
import dev.mobula.ranking.notify.ledger.Rows;
import dev.mobula.ranking.notify.ledger.Table;
import dev.mobula.retrieval.store.RowStore;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a store as the command under way sees them.
record LedgerRows(RowStore.RowBatch batch) implements Rows {
    @Override
    public byte @Nullable [] get(Table table, byte[] key) {
        return batch.get(table.family(), key);
    }

    @Override
    public void scan(Table table, byte[] from, byte[] to, Visitor visitor) {
        batch.scan(table.family(), from, to, visitor::visit);
    }

    /// Writes what an outcome changes, and gives it back without its rows: an answer that somebody keeps is not to keep
    /// them in memory, too.
    static Outcome store(Outcome outcome, RowStore.RowBatch batch) {
        for (RowWrite write : outcome.writes()) {
            String family = write.table().family();
            byte[] value = write.value();
            if (value == null) {
                batch.delete(family, write.key());
            } else {
                batch.put(family, write.key(), value);
            }
        }
        return new Outcome(outcome.reply(), outcome.replayed(), List.of());
    }
}
