package dev.mobula.training.collective;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Rings over loopback connections, for tests.
public final class Rings {
    private Rings() {}

    public static List<Collective> of(int size) throws IOException {
        return of(size, Duration.ofSeconds(60));
    }

    static List<Collective> of(int size, Duration patience) throws IOException {
        List<SocketChannel> next = new ArrayList<>();
        List<SocketChannel> previous = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            try (ServerSocketChannel listener = ServerSocketChannel.open()) {
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                next.add(SocketChannel.open(listener.getLocalAddress()));
                previous.add(listener.accept());
            }
        }
        List<Collective> rings = new ArrayList<>();
        for (int rank = 0; rank < size; rank++) {
            SocketChannel before = previous.get(Math.floorMod(rank - 1, size));
            rings.add(Ring.of(rank, size, next.get(rank), before, patience));
        }
        return rings;
    }
}
