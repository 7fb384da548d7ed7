package dev.mobula.actors.runtime;

import io.micrometer.core.instrument.MeterRegistry;

/// What a starting service is given: who it is, its settings, its state and its surroundings.
public interface ServiceContext {
    /// The name it is looked up by.
    String name();

    /// Which of the service's replicas this is, from 0.
    int replica();

    /// The bytes of [ServiceSpec#settings()].
    byte[] settings();

    /// How many instances ran under this name before, 0 for the first.
    long restarts();

    /// The address of this node, for a service that listens for connections of its own.
    String host();

    /// The directory that survives this instance.
    StateDirectory state();

    /// The cluster it is part of, to call other services.
    Cluster cluster();

    /// Where it registers metrics of its own.
    MeterRegistry meters();
}
