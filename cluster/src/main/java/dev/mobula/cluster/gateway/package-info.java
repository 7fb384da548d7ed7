/// The HTTP side of an engine, whatever its routes are: who may call, how much, and how an error reads.
///
/// Open [dev.mobula.cluster.gateway.Gateway] first; a [dev.mobula.cluster.gateway.Route] is one operation. It listens on
/// loopback alone unless keys are set.
@NullMarked
package dev.mobula.cluster.gateway;

import org.jspecify.annotations.NullMarked;
