package dev.mobula.cluster.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.mobula.actors.loop.Turn;
import org.jspecify.annotations.Nullable;

/// How the loop of an engine fares.
///
/// @param turning whether a turn is under way or asked for
/// @param turn the one under way or the last one, absent before the first
/// @param failure why the last turn stopped before its end, absent when it did not; it is taken up again
/// @param next when the next one begins by itself, absent when it waits to be asked
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LoopStatus(
        boolean turning, @Nullable Turn turn, @Nullable String failure, @Nullable String next) {}
