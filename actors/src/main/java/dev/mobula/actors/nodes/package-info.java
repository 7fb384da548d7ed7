/// Ray's own processes on this machine: where Ray is installed, how a node is started, killed and
/// stopped without touching any other Ray on the machine.
///
/// Open `RayNode` first; `LocalCluster` puts several of them on one machine. Nothing here imports
/// `io.ray`: a node is processes, files and sockets.
@NullMarked
package dev.mobula.actors.nodes;

import org.jspecify.annotations.NullMarked;
