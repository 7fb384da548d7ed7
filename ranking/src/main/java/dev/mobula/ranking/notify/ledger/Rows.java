package dev.mobula.ranking.notify.ledger;

import org.jspecify.annotations.Nullable;

/// The rows of a ledger, as they stand between two commands.
public interface Rows {
    /// The value stored under a key.
    byte @Nullable [] get(Table table, byte[] key);

    /// Shows the rows from one key up to, without, another, in the unsigned order of keys, until the visitor has enough.
    void scan(Table table, byte[] from, byte[] to, Visitor visitor);

    /// Looks at one row; false ends the scan.
    @FunctionalInterface
    interface Visitor {
        boolean visit(byte[] key, byte[] value);
    }
}
