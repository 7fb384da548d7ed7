package dev.mobula.cluster.local;

/// How one node of this machine fares.
///
/// @param services how many JVMs run services on it
public record NodeStatus(
        String name, String ip, boolean alive, int processes, int services, long residentBytes) {}
