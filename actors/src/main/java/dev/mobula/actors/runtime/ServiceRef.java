package dev.mobula.actors.runtime;

/// A service by name; calls to it go to one of its replicas.
public record ServiceRef(String name, int replicas) {
    public ServiceRef {
        ServiceSpec.requireName(name);
        if (replicas < 1) {
            throw new IllegalArgumentException("replicas=" + replicas + " is less than 1");
        }
    }
}
