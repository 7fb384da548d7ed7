/// The frozen snapshot: vectors cut into leaves, or linked into a graph, in one flat, checksummed, memory-mapped file, and
/// the search over it.
///
/// [SnapshotBuilder] turns vectors into a file, [FrozenIndex] opens it, [FrozenSearcher] searches it with working
/// memory that is reused, [Structure] names the two arrangements. Open [FrozenIndex] first.
@NullMarked
package dev.mobula.retrieval.frozen;

import org.jspecify.annotations.NullMarked;
