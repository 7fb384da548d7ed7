package dev.mobula.actors.runtime;

/// The life of one replica of a service.
public enum ServiceState {
    STARTING,
    RUNNING,
    RESTARTING,
    DEAD
}
