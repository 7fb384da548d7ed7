package dev.mobula.actors.runtime;

import dev.mobula.actors.codec.MessageReader;
import dev.mobula.actors.codec.MessageWriter;
import java.net.InetSocketAddress;

/// Where a service listens for direct connections.
public record Address(String host, int port) {
    public Address {
        if (host.isBlank()) {
            throw new IllegalArgumentException("host=\"" + host + "\" is blank");
        }
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("port=" + port + " is outside 1..65535");
        }
    }

    /// The address as the network library wants it.
    public InetSocketAddress toSocketAddress() {
        return new InetSocketAddress(host, port);
    }

    public void write(MessageWriter out) {
        out.writeString(host).writeInt(port);
    }

    public static Address read(MessageReader in) {
        return new Address(in.readString(), in.readInt());
    }

    @Override
    public String toString() {
        return host + ":" + port;
    }
}
