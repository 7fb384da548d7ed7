/// What users did, on its way from their shards to whoever learns from it.
///
/// The event log follows the shards' streams, writes the events to training's log of Arrow segments, each exactly once, and
/// tells the candidate service what people took to. [dev.mobula.actors.events.EventLogs] is what callers use; behind it,
/// [dev.mobula.actors.events.EventLogService] has an [dev.mobula.actors.events.EventReader] for each shard.
@NullMarked
package dev.mobula.actors.events;

import org.jspecify.annotations.NullMarked;
