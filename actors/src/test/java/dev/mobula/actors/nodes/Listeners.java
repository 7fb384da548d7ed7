package dev.mobula.actors.nodes;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// The addresses on which processes accept TCP connections, read from `/proc`.
final class Listeners {
    private static final String LISTEN = "0A";

    private Listeners() {}

    static List<InetAddress> addressesOf(List<Long> pids) throws IOException {
        Map<String, InetAddress> listening = new HashMap<>();
        for (String table : List.of("tcp", "tcp6")) {
            for (String line : Files.readAllLines(Path.of("/proc/net", table))) {
                String[] fields = line.strip().split("\\s+", -1);
                if (fields[3].equals(LISTEN)) {
                    listening.put("socket:[" + fields[9] + "]", address(fields[1]));
                }
            }
        }
        List<InetAddress> addresses = new ArrayList<>();
        for (long pid : pids) {
            for (String socket : socketsOf(pid)) {
                if (listening.containsKey(socket)) {
                    addresses.add(listening.get(socket));
                }
            }
        }
        return addresses;
    }

    private static Set<String> socketsOf(long pid) throws IOException {
        Set<String> sockets = new HashSet<>();
        try (Stream<Path> files = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            for (Path file : files.toList()) {
                if (Files.isSymbolicLink(file)) {
                    sockets.add(Files.readSymbolicLink(file).toString());
                }
            }
        }
        return sockets;
    }

    // The kernel prints an address as 32-bit words in the machine's own byte order.
    private static InetAddress address(String hexAndPort) throws IOException {
        byte[] words = HexFormat.of().parseHex(hexAndPort.substring(0, hexAndPort.indexOf(':')));
        byte[] bytes = new byte[words.length];
        for (int i = 0; i < words.length; i++) {
            bytes[i] = words[(i & ~3) + (3 - (i & 3))];
        }
        return InetAddress.getByAddress(bytes);
    }
}
