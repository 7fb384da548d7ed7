package dev.mobula.actors.runtime;

import java.nio.ByteBuffer;

/// The way to one replica of a service: its mailbox in this process, or a connection to it.
public interface ReplicaPort {
    /// Whether requests can be posted now.
    boolean open();

    /// How many requests are on their way or running; the less, the better the choice.
    int load();

    /// Sends a call; its reply completes on a thread of the port, or here when it cannot be sent.
    void post(int op, byte[] body, Reply reply);

    /// Sends a shipment; its buffer must stay valid until the reply completes.
    void post(int op, ByteBuffer shipment, Reply reply);
}
