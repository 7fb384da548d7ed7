package dev.mobula.cluster.local;

import dev.mobula.actors.nodes.NodeIdentity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A Ray cluster of which this machine runs nodes, as it is written down.
///
/// @param address `host:port` of the head
/// @param tokenFile where the cluster's token is kept; null for a cluster without one
public record ClusterRecord(
        String name, String address, @Nullable Path tokenFile, List<NodeIdentity> nodes) {

    public ClusterRecord {
        nodes = List.copyOf(nodes);
    }

    Optional<Path> token() {
        return Optional.ofNullable(tokenFile);
    }

    /// The record with this node, or with what is newly known of it.
    ClusterRecord with(NodeIdentity node) {
        List<NodeIdentity> all = new ArrayList<>(without(node).nodes());
        all.add(node);
        return new ClusterRecord(name, address, tokenFile, all);
    }

    ClusterRecord without(NodeIdentity node) {
        List<NodeIdentity> others =
                nodes.stream().filter(other -> !other.mark().equals(node.mark())).toList();
        return new ClusterRecord(name, address, tokenFile, others);
    }

    ClusterRecord at(String newAddress) {
        return new ClusterRecord(name, newAddress, tokenFile, nodes);
    }
}
