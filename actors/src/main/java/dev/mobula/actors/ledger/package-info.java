/// The budget ledger as a service: people over shards, each with one writer on disk, and caps lent to them in pieces.
///
/// Open [Ledgers] first; [LedgerStore] is one shard's rows, with one synced write for all that came while the last one ran.
@NullMarked
package dev.mobula.actors.ledger;

import org.jspecify.annotations.NullMarked;
