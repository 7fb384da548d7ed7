/// Counters of the rules that survive their process: counts and distinct values by key in the last window of time, keys
/// hashed over shards.
///
/// Open [dev.mobula.actors.safety.counters.KeyCounters] first.
@NullMarked
package dev.mobula.actors.safety.counters;

import org.jspecify.annotations.NullMarked;
