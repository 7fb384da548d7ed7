package dev.mobula.cluster.local;

import java.nio.file.Path;
import java.util.Optional;

/// The cluster that `up` is to make.
///
/// @param port of the head; 0 picks a free one
/// @param ip the address the nodes listen on; loopback unless other machines are to join
/// @param state the folder that holds one folder of state for each node
/// @param tempBase where the nodes make their temp folders
public record UpPlan(
        String name,
        int nodes,
        String ip,
        int port,
        int cpusPerNode,
        long objectStoreBytes,
        Optional<Path> state,
        Path tempBase,
        Token token) {}
