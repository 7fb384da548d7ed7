/// The benchmark of the item shards: how fresh they are, how fast a snapshot is shipped and opened, how fast items move.
///
/// Open [dev.mobula.cluster.bench.items.ItemsBench] first.
@NullMarked
package dev.mobula.cluster.bench.items;

import org.jspecify.annotations.NullMarked;
