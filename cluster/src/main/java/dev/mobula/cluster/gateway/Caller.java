package dev.mobula.cluster.gateway;

import java.util.EnumSet;
import java.util.Set;

/// Who calls, and what for: the name of a key, or anyone at a gateway without keys.
public record Caller(String name, Set<Scope> scopes) {
    /// Whoever reaches a gateway that has no keys, which listens on loopback alone.
    public static final Caller ANYONE = new Caller("anyone", EnumSet.allOf(Scope.class));

    public Caller {
        scopes = Set.copyOf(scopes);
    }
}
