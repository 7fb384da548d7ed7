package dev.mobula.actors.nodes;

import java.nio.file.Path;

/// What proves that a process belongs to a node, and where the node's files are: enough to find, watch
/// and stop the node from another process than the one that started it.
///
/// `mark` is a random word in the environment of every process of the node. Ray's agents overwrite their
/// environment with their title; those are known by the session they share with the rest, which means
/// something only until the machine restarts (`bootId`).
public record NodeIdentity(
        String name,
        String mark,
        long session,
        String bootId,
        String address,
        String ip,
        Path tempDir,
        Path stateRoot) {

    NodeIdentity at(String newAddress) {
        return new NodeIdentity(name, mark, session, bootId, newAddress, ip, tempDir, stateRoot);
    }
}
