/// The budget ledger on disk: one shard's rows, one writer, one synced write for all that came while the last one ran.
///
/// Open [LedgerStore] first.
@NullMarked
package dev.mobula.actors.ledger;

import org.jspecify.annotations.NullMarked;
