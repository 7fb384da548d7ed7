package dev.mobula.cluster.local;

import dev.mobula.actors.runtime.ServiceStatus;
import java.util.List;
import java.util.Map;

/// A running cluster as it sees itself: all its nodes, on whichever machine, and its services.
public interface ClusterView extends AutoCloseable {
    /// Names and addresses of the living nodes.
    Map<String, String> nodes();

    List<ServiceStatus> services();

    @Override
    void close();

    /// Looks into the cluster with this head, from the node with this address.
    @FunctionalInterface
    interface Opener {
        ClusterView open(String address, String nodeIp);
    }
}
