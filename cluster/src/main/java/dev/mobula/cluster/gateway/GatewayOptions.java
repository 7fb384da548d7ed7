package dev.mobula.cluster.gateway;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/// Where a gateway listens, how, and how much it takes.
///
/// @param port 0 for a free one
/// @param keys who may call; without keys it listens on loopback alone
/// @param requestsMax how many requests may be in work at once; more are answered "overloaded"
public record GatewayOptions(
        String host,
        int port,
        Optional<KeyFile> keys,
        Optional<TlsFiles> tls,
        int bodyBytesMax,
        int requestsMax,
        int connectionsMax) {
    private static final int PORT_MAX = 65_535;
    private static final int BODY_BYTES_LIMIT = 64 << 20;
    private static final int DEFAULT_BODY_BYTES_MAX = 1 << 20;
    private static final int DEFAULT_REQUESTS_MAX = 1_024;
    private static final int DEFAULT_CONNECTIONS_MAX = 4_096;
    private static final int CONNECTIONS_LIMIT = 1 << 20;

    public GatewayOptions {
        inRange("port", port, 0, PORT_MAX);
        inRange("bodyBytesMax", bodyBytesMax, 1_024, BODY_BYTES_LIMIT);
        inRange("requestsMax", requestsMax, 1, CONNECTIONS_LIMIT);
        inRange("connectionsMax", connectionsMax, 1, CONNECTIONS_LIMIT);
        if (keys.isEmpty() && !address(host).isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "host="
                            + host
                            + " can be reached from other machines, and there are no keys:"
                            + " make some with ./mobula keys add, or listen on 127.0.0.1");
        }
    }

    private static void inRange(String name, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    name + "=" + value + " is outside " + min + ".." + max);
        }
    }

    private static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException unknown) {
            throw new IllegalArgumentException("host=" + host + " is not known", unknown);
        }
    }

    /// On loopback, open to every process of this machine.
    public static GatewayOptions onLoopback(int port) {
        return new GatewayOptions(
                "127.0.0.1",
                port,
                Optional.empty(),
                Optional.empty(),
                DEFAULT_BODY_BYTES_MAX,
                DEFAULT_REQUESTS_MAX,
                DEFAULT_CONNECTIONS_MAX);
    }

    public GatewayOptions withHost(String newHost) {
        return new GatewayOptions(
                newHost, port, keys, tls, bodyBytesMax, requestsMax, connectionsMax);
    }

    public GatewayOptions withKeys(KeyFile file) {
        return new GatewayOptions(
                host, port, Optional.of(file), tls, bodyBytesMax, requestsMax, connectionsMax);
    }

    public GatewayOptions withTls(TlsFiles files) {
        return new GatewayOptions(
                host, port, keys, Optional.of(files), bodyBytesMax, requestsMax, connectionsMax);
    }

    public GatewayOptions withBodyBytesMax(int bytes) {
        return new GatewayOptions(host, port, keys, tls, bytes, requestsMax, connectionsMax);
    }

    InetAddress bindAddress() {
        return address(host);
    }
}
