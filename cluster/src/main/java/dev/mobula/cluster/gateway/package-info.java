/// The engine over HTTP, on loopback.
///
/// Open [dev.mobula.cluster.gateway.Gateway] first.
@NullMarked
package dev.mobula.cluster.gateway;

import org.jspecify.annotations.NullMarked;
