/// The cluster on Ray: Ray places, names and restarts services; calls go straight to them.
///
/// The one package that knows Ray. [dev.mobula.actors.ray.RayCluster] is the caller's side,
/// [dev.mobula.actors.ray.ServiceActor] the one actor class that hosts every service.
@NullMarked
package dev.mobula.actors.ray;

import org.jspecify.annotations.NullMarked;
