package dev.mobula.ranking.notify.ledger;

import org.jspecify.annotations.Nullable;

/// One change of a row; a value of null deletes it. The arrays are the ledger's own and must not be changed.
public record RowWrite(Table table, byte[] key, byte @Nullable [] value) {}
