package dev.mobula.actors.runtime;

/// How one replica of a service fares.
///
/// @param node where it runs
/// @param state what the cluster says of it
/// @param restarts how often it was replaced
/// @param memoryBytes resident memory of its process, 0 when unknown
/// @param queued requests that wait in its mailbox
public record ServiceStatus(
        String name,
        int replica,
        String node,
        ServiceState state,
        long restarts,
        long memoryBytes,
        int queued) {}
