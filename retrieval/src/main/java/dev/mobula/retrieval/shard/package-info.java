/// One shard: a frozen snapshot, a small live index and tombstones, searched as one.
///
/// Writes go to the live index; a compaction in the background merges everything into the next snapshot and swaps it in
/// with one reference. Open [IndexShard] first; `invariants.md` of this module says what always holds.
@NullMarked
package dev.mobula.retrieval.shard;

import org.jspecify.annotations.NullMarked;
