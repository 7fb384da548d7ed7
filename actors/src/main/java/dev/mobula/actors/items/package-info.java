/// Items as services: each shard owns its items on disk and finds them by their vectors.
///
/// [dev.mobula.actors.items.ItemShards] is what callers use; behind it,
/// [dev.mobula.actors.items.ItemShardService] joins an item store and an index that follows it.
@NullMarked
package dev.mobula.actors.items;

import org.jspecify.annotations.NullMarked;
