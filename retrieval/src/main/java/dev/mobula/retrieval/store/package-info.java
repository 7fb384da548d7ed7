/// The entity store: items and users kept on disk, every acknowledged write found again after a crash.
///
/// Two owners share one engine: [ItemStore] keeps items in an item shard, [UserStore] in a user shard what users did and
/// saw, their edges, counters and preferences. Each write is one synced batch, appended to a change stream with positions
/// that have no gaps. Open [ItemStore] first.
@NullMarked
package dev.mobula.retrieval.store;

import org.jspecify.annotations.NullMarked;
