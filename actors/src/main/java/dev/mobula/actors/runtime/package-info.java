/// The runtime that services live in: spawn, name, call with a deadline, ship, restart, stop.
///
/// [dev.mobula.actors.runtime.Cluster] is the whole of what a caller sees, and
/// [dev.mobula.actors.runtime.Service] the whole of what a service writes. Two clusters exist:
/// [dev.mobula.actors.runtime.InJvmCluster] here, and the one on Ray in its own package; both host
/// a service behind the same [dev.mobula.actors.runtime.Mailbox].
@NullMarked
package dev.mobula.actors.runtime;

import org.jspecify.annotations.NullMarked;
