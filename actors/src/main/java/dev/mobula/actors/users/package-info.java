/// Users as services: each shard owns what its users did and saw, their edges, counters and preferences, on disk.
///
/// [dev.mobula.actors.users.UserShards] is what callers use; behind it,
/// [dev.mobula.actors.users.UserShardService] hosts a user store.
@NullMarked
package dev.mobula.actors.users;

import org.jspecify.annotations.NullMarked;
