/// What the shards of items and of users share: how ids are spread, how writes are acknowledged, how failures travel.
///
/// Open [dev.mobula.actors.shards.ShardLayout] first.
@NullMarked
package dev.mobula.actors.shards;

import org.jspecify.annotations.NullMarked;
