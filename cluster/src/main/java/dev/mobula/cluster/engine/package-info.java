/// A whole engine from one configuration: every service spawned or found again, and the gateway over them.
///
/// Open [dev.mobula.cluster.engine.Engine] first; [dev.mobula.cluster.engine.EngineSettings] is the tree of all keys.
@NullMarked
package dev.mobula.cluster.engine;

import org.jspecify.annotations.NullMarked;
