/// Direct connections between processes: framed calls over TCP, authenticated by a key.
///
/// [dev.mobula.actors.transport.ServiceServer] puts a mailbox on the network,
/// [dev.mobula.actors.transport.ServiceConnection] is its caller's end, and
/// [dev.mobula.actors.transport.FrameConnection] is where bytes meet the socket.
@NullMarked
package dev.mobula.actors.transport;

import org.jspecify.annotations.NullMarked;
