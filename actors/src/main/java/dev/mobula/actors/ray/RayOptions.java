package dev.mobula.actors.ray;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// How to join a running Ray cluster.
///
/// @param address host and port of its head; never guessed, because Ray would start a cluster of
///     its own, and later stop every other one on the machine
/// @param nodeIp the address of this machine's own node, when it is not the default one
/// @param namespace separates the services of one engine from those of another
/// @param classPath what services are loaded from, equal on every node
/// @param jvmOptions options of every service's JVM
/// @param spread names of the nodes over which services with state of their own are spread by their names: the same list
///     gives the same nodes, so that they find their state again; empty for the first node alone
public record RayOptions(
        String address,
        Optional<String> nodeIp,
        String namespace,
        String classPath,
        List<String> jvmOptions,
        List<String> spread) {
    private static final String DEFAULT_NAMESPACE = "mobula";

    public RayOptions {
        if (!address.matches("[^:]+:\\d{1,5}")) {
            throw new IllegalArgumentException("address=\"" + address + "\" is not host:port");
        }
        if (!namespace.matches("[A-Za-z0-9_-]{1,64}")) {
            throw new IllegalArgumentException(
                    "namespace=\"" + namespace + "\" has more than letters, digits, _ and -");
        }
        jvmOptions = List.copyOf(jvmOptions);
        spread = List.copyOf(spread);
    }

    /// Services run with this process's own class path and with the flags that every process
    /// of the engine has.
    public static RayOptions of(String address) {
        return new RayOptions(
                address,
                Optional.empty(),
                DEFAULT_NAMESPACE,
                System.getProperty("java.class.path"),
                WorkerJvm.defaultOptions(),
                List.of());
    }

    public RayOptions withNodeIp(String ip) {
        return new RayOptions(address, Optional.of(ip), namespace, classPath, jvmOptions, spread);
    }

    public RayOptions withNamespace(String name) {
        return new RayOptions(address, nodeIp, name, classPath, jvmOptions, spread);
    }

    /// Adds options to every service's JVM; a later option wins over an earlier one.
    public RayOptions withJvmOptions(List<String> more) {
        List<String> all = new ArrayList<>(jvmOptions);
        all.addAll(more);
        return new RayOptions(address, nodeIp, namespace, classPath, all, spread);
    }

    public RayOptions withSpread(List<String> nodes) {
        return new RayOptions(address, nodeIp, namespace, classPath, jvmOptions, nodes);
    }
}
